package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.objective.Supervised;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingLoop;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.trainer.job.Feed;
import dev.athanor.trainer.spec.ClassifierBudget;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What labels are worth to a network with a linear head: trained with supervision, from its first
/// weights or from given ones, on the very samples that probes get. It sees weakly augmented views,
/// as supervised training wants them, or texts as they are, and a bounded number of samples.
final class LabelledTraining {
  private final Feed feed;
  private final Views views;
  private final Encoder encoder;
  private final @Nullable Normalisation normalisation;
  private final ClassifierBudget budget;

  /// @param normalisation of images; null for texts
  LabelledTraining(
      Feed feed,
      Views views,
      Encoder encoder,
      @Nullable Normalisation normalisation,
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
            name, "train", selection, views.labelled(), seed, budget.batch(labels), labels, steps);
    try (var session =
        given == null ? TrainingSession.create(spec) : TrainingSession.create(spec, given)) {
      try (var batches = feed.open(stream, views.build(), feed.limits().quarters(3))) {
        TrainingLoop.run(session, batches, step -> feed.guard().run());
      }
      return new EvaluationViews(feed, views).all("test", session::project).accuracyOfLogits();
    }
  }
}
