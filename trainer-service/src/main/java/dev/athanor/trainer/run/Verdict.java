package dev.athanor.trainer.run;

import org.jspecify.annotations.Nullable;

/// One line of a run's final table.
///
/// @param encoder `random`, `scratch` or the kind of the objective, such as `simclr`
/// @param method `linear`, `knn` or `supervised`
/// @param fraction of the labels that the classifier got
/// @param labels how many these are
/// @param accuracy on the whole test split, 0..1
/// @param epochs of supervised training; null for probes of a frozen encoder
public record Verdict(
    String encoder,
    String method,
    double fraction,
    int labels,
    double accuracy,
    @Nullable Integer epochs) {

  /// The line's name among figures, `table.simclr.linear.0.01`.
  public String figure() {
    return "table.%s.%s.%s".formatted(encoder, method, fraction);
  }
}
