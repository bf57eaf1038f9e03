package dev.athanor.learning.scaling;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// A law fitted to observations, and to resamples of them (Efron 1979).
public record Estimate<L>(L law, List<L> resampled) {
  public Estimate {
    resampled = List.copyOf(resampled);
  }

  public Interval interval(ToDoubleFunction<L> figure) {
    return Interval.of(resampled.stream().mapToDouble(figure).toArray());
  }
}
