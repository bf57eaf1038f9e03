package dev.athanor.trainer.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the encoder is judged; nothing of this flows back into training.
///
/// @param everyEpochs between two judgements while training
/// @param everySteps likewise, in place of `everyEpochs`; null for the ends of epochs
/// @param samples of each split that these look at
/// @param neighbours of the k-NN classifier
/// @param temperature of its vote
/// @param fractions of the labels that probes get in the final table
/// @param labels the same as numbers of labels, beside the fractions
/// @param scratch fractions of the labels that the same network is trained on from scratch; none
///   for no such lines
/// @param projection whether the final table probes z as well, where the loss compares that
/// @param stopOnCollapse whether a run whose collapse figures leave their healthy bands fails;
///   otherwise it raises an alarm and goes on
public record EvaluationSpec(
    int everyEpochs,
    @Nullable Integer everySteps,
    int samples,
    int neighbours,
    double temperature,
    List<Double> fractions,
    List<Integer> labels,
    List<Double> scratch,
    boolean projection,
    boolean stopOnCollapse) {
  private static final int LOOKS = 10;

  public EvaluationSpec {
    Checks.atLeast(1, "everyEpochs", everyEpochs);
    if (everySteps != null) {
      Checks.atLeast(1, "everySteps", everySteps);
    }
    Checks.atLeast(2, "samples", samples);
    Checks.atLeast(1, "neighbours", neighbours);
    Checks.positive("temperature", temperature);
    fractions = fractions("fractions", fractions);
    labels = counts(labels);
    scratch = fractions("scratch", scratch);
  }

  /// Steps between two judgements. A run that is over before its first epoch is looked at ten
  /// times, unless epochs are to be left out.
  ///
  /// @param steps of the run
  public long everySteps(long stepsPerEpoch, long steps) {
    if (everySteps != null) {
      return everySteps;
    }
    return everyEpochs == 1 && steps <= stepsPerEpoch
        ? Math.max(1, steps / LOOKS)
        : everyEpochs * stepsPerEpoch;
  }

  private static List<Double> fractions(String field, List<Double> values) {
    Checks.present(field, values);
    for (int i = 0; i < values.size(); i++) {
      var value = values.get(i);
      Checks.that(
          value != null && value > 0 && value <= 1,
          "%s[%d]".formatted(field, i),
          value,
          "> 0 and <= 1");
    }
    return List.copyOf(values);
  }

  private static List<Integer> counts(List<Integer> values) {
    Checks.present("labels", values);
    for (int i = 0; i < values.size(); i++) {
      var value = values.get(i);
      Checks.that(value != null && value >= 1, "labels[%d]".formatted(i), value, ">= 1");
    }
    return List.copyOf(values);
  }
}
