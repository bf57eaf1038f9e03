package dev.athanor.trainer.spec;

/// How long an encoder and a linear classifier are trained on labels: so many epochs, but no more
/// than so many samples in all; one epoch at least.
///
/// @param batch samples a step, or all labels where they are fewer
/// @param learningRate of AdamW at the top of the schedule: a tenth of the steps up, then a cosine
public record ClassifierBudget(
    int batch, int epochs, int samples, double learningRate, double weightDecay) {

  /// Of a network from its first weights.
  public static final ClassifierBudget FROM_SCRATCH =
      new ClassifierBudget(64, 40, 72_000, 0.002, 1e-4);

  /// Of an encoder that was trained already.
  public static final ClassifierBudget FINE_TUNE =
      new ClassifierBudget(64, 40, 72_000, 0.0005, 1e-4);

  public ClassifierBudget {
    Checks.that(batch >= 1 && batch <= 4096, "batch", batch, "from 1 to 4096");
    Checks.that(epochs >= 1 && epochs <= 10_000, "epochs", epochs, "from 1 to 10000");
    Checks.atLeast(1, "samples", samples);
    Checks.positive("learningRate", learningRate);
    Checks.that(
        weightDecay >= 0 && Double.isFinite(weightDecay), "weightDecay", weightDecay, ">= 0");
  }

  /// @param labels that are learnt from
  public int epochs(int labels) {
    return Math.clamp(samples / labels, 1, epochs);
  }

  public int batch(int labels) {
    return Math.min(batch, labels);
  }

  public long steps(int labels) {
    return (long) epochs(labels) * (labels / batch(labels));
  }
}
