package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.objective.Supervised;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingLoop;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.augmentation.Range;
import dev.athanor.platform.augmentation.ViewSettings;
import dev.athanor.trainer.job.Feed;
import dev.athanor.trainer.spec.ClassifierBudget;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What labels are worth to a network with a linear head: trained with supervision, from its first
/// weights or from given ones, on the very samples that probes get. It sees weakly augmented views,
/// as supervised training wants them, and a bounded number of samples.
final class LabelledTraining {
  /// Crop, flip, brightness and contrast; no hue, no grey, no blur.
  private static final ViewSettings WEAK =
      new ViewSettings(
          new ViewSettings.Crop(new Range(0.3, 1), new Range(3 / 4.0, 4 / 3.0)),
          0.5,
          new ViewSettings.ColourJitter(1, 0.4, 0.4, 0, 0),
          0,
          new ViewSettings.Blur(0, new Range(0.1, 2), 0),
          new ViewSettings.Solarise(0, 128));

  private final Feed feed;
  private final Views views;
  private final ImageEncoder encoder;
  private final Normalisation normalisation;
  private final ClassifierBudget budget;

  LabelledTraining(
      Feed feed,
      Views views,
      ImageEncoder encoder,
      Normalisation normalisation,
      ClassifierBudget budget) {
    this.feed = feed;
    this.views = views;
    this.encoder = encoder;
    this.normalisation = normalisation;
    this.budget = budget;
  }

  /// Trains, and returns the accuracy on the whole test split.
  ///
  /// @param name of the stream of batches
  /// @param selection the samples to learn from; null for the whole training split
  /// @param labels how many these are
  /// @param seed of the first weights that are not given, and of the batches
  /// @param given the encoder's weights; null to begin at random
  double accuracy(
      String name,
      @Nullable Selection selection,
      int labels,
      long seed,
      @Nullable Map<String, Tensor> given)
      throws InterruptedException {
    long steps = budget.steps(labels);
    var spec =
        new TrainingSpec(
            encoder,
            new Supervised(views.dataset().classes().size()),
            new AdamW(budget.learningRate(), budget.weightDecay()),
            new CosineSchedule(steps / 10, steps),
            null,
            seed,
            normalisation);
    var stream =
        views.stream(
            name,
            "train",
            selection,
            new AugmentationSettings(views.size(), WEAK, null).toProto(views.channels(), 1, true),
            seed,
            budget.batch(labels),
            labels,
            steps);
    try (var session =
        given == null ? TrainingSession.create(spec) : TrainingSession.create(spec, given)) {
      try (var batches = feed.open(stream, views.build(), feed.limits().quarters(3))) {
        TrainingLoop.run(session, batches, step -> feed.guard().run());
      }
      return new EvaluationViews(feed, views).all("test", session::project).accuracyOfLogits();
    }
  }
}
