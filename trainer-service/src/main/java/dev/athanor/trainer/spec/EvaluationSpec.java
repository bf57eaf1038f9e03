package dev.athanor.trainer.spec;

import java.util.List;

/// How the encoder is judged; nothing of this flows back into training.
///
/// @param everyEpochs between two judgements while training
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
    int samples,
    int neighbours,
    double temperature,
    List<Double> fractions,
    List<Integer> labels,
    List<Double> scratch,
    boolean projection,
    boolean stopOnCollapse) {

  public EvaluationSpec {
    Checks.atLeast(1, "everyEpochs", everyEpochs);
    Checks.atLeast(2, "samples", samples);
    Checks.atLeast(1, "neighbours", neighbours);
    Checks.positive("temperature", temperature);
    fractions = fractions("fractions", fractions);
    labels = counts(labels);
    scratch = fractions("scratch", scratch);
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
