package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.objective.Supervised;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingLoop;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.job.Feed;
import dev.athanor.trainer.job.Stopping;
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
  private final Keeping keeping;

  /// @param normalisation of images; null for texts
  LabelledTraining(
      Feed feed,
      Views views,
      Encoder encoder,
      @Nullable Normalisation normalisation,
      ClassifierBudget budget,
      Keeping keeping) {
    this.feed = feed;
    this.views = views;
    this.encoder = encoder;
    this.normalisation = normalisation;
    this.budget = budget;
    this.keeping = keeping;
  }

  /// @param accuracy on the whole test split
  /// @param seconds that it took, those before an interruption included
  record Trained(double accuracy, double seconds) {}

  /// Trains, from where the worker before had to leave it.
  ///
  /// @param name of the cell and of its stream of batches
  /// @param selection the samples to learn from; null for the whole training split
  /// @param labels how many these are
  /// @param seed of the first weights that are not given, and of the batches
  /// @param given the encoder's weights; null to begin at random
  Trained train(
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
    try (var cell = keeping.open(name, spec, given)) {
      return train(cell, stream);
    }
  }

  private Trained train(KeptCell cell, StreamSpec stream) throws InterruptedException {
    var session = cell.session();
    try {
      if (!session.finished()) {
        var rest = stream.from(session.nextStep());
        try (var batches = feed.open(rest, views.build(), feed.limits().quarters(3))) {
          TrainingLoop.run(session, batches, step -> stepped(cell));
        }
      }
      var logits = new EvaluationViews(feed, views).all("test", session::project);
      return new Trained(logits.accuracyOfLogits(), cell.seconds());
    } catch (Stopping stopping) {
      cell.save();
      throw stopping;
    }
  }

  private void stepped(KeptCell cell) {
    feed.guard().run();
    cell.saveNowAndThen();
  }
}
