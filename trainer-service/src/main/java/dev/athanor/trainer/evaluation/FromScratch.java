package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.objective.Supervised;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingLoop;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.augmentation.Range;
import dev.athanor.platform.augmentation.ViewSettings;
import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.spec.RunInput;

/// What the labels are worth without pre-training: the run's network with a linear head, trained
/// from its first weights with supervision, on the very samples that the probes get. It sees weakly
/// augmented views of images, as supervised training wants them, or texts as they are, and a
/// bounded number of samples.
final class FromScratch {
  private static final int BATCH = 64;
  private static final int MOST_EPOCHS = 40;
  private static final int MOST_SAMPLES = 72_000;
  private static final double LEARNING_RATE = 0.002;
  private static final double WEIGHT_DECAY = 1e-4;

  /// Crop, flip, brightness and contrast; no hue, no grey, no blur.
  private static final ViewSettings WEAK =
      new ViewSettings(
          new ViewSettings.Crop(new Range(0.3, 1), new Range(3 / 4.0, 4 / 3.0)),
          0.5,
          new ViewSettings.ColourJitter(1, 0.4, 0.4, 0, 0),
          0,
          new ViewSettings.Blur(0, new Range(0.1, 2), 0),
          new ViewSettings.Solarise(0, 128));

  private final Job job;
  private final Plan plan;
  private final TrainingSpec training;
  private final int labels;
  private final int batch;

  /// @param training of the run, whose network and seed are taken
  /// @param labels how many samples of the training split it learns from
  FromScratch(Job job, Plan plan, TrainingSpec training, int labels) {
    this.job = job;
    this.plan = plan;
    this.training = training;
    this.labels = labels;
    this.batch = Math.min(BATCH, labels);
  }

  int epochs() {
    return Math.clamp(MOST_SAMPLES / labels, 1, MOST_EPOCHS);
  }

  /// Trains, and returns the accuracy on the whole test split.
  double accuracy(EvaluationViews views) throws InterruptedException {
    long steps = (long) epochs() * (labels / batch);
    var spec =
        new TrainingSpec(
            training.encoder(),
            new Supervised(job.run().dataset().classes().size()),
            new AdamW(LEARNING_RATE, WEIGHT_DECAY),
            new CosineSchedule(steps / 10, steps),
            null,
            training.seed(),
            training.normalisation());
    try (var session = TrainingSession.create(spec)) {
      try (var batches = job.open(stream(steps), plan.augmenterBuild(), job.limits().quarters(3))) {
        TrainingLoop.run(session, batches, step -> job.guard().run());
      }
      return accuracy(views.classify(session, "test"));
    }
  }

  private StreamSpec stream(long steps) {
    var run = job.run();
    return new StreamSpec(
        "scratch-" + labels,
        run.dataset().dataset(),
        run.dataset().version(),
        "train",
        Selection.newBuilder().setCount(labels).setSeed(run.spec().seed()).build(),
        labelledViews(),
        run.spec().seed(),
        batch,
        labels,
        0,
        steps);
  }

  private AugmentationSpec labelledViews() {
    return switch (job.run().input()) {
      case RunInput.Pixels pixels ->
          new AugmentationSettings(pixels.size(), WEAK, null).toProto(pixels.channels(), 1, true);
      case RunInput.Tokens tokens -> tokens.sequences(tokens.context(), true);
    };
  }

  private static double accuracy(Embeddings logits) {
    int right = 0;
    for (int i = 0; i < logits.rows().length; i++) {
      right += largest(logits.rows()[i]) == logits.labels()[i] ? 1 : 0;
    }
    return (double) right / logits.rows().length;
  }

  private static int largest(float[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      best = row[c] > row[best] ? c : best;
    }
    return best;
  }
}
