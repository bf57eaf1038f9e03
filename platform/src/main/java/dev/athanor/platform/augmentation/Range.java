package dev.athanor.platform.augmentation;

import dev.athanor.platform.error.Problem;
import java.util.List;

/// A closed range; `[min, max]` in documents. Whoever uses one checks its bounds.
public record Range(double min, double max) {

  static Range of(List<Double> bounds, String path) {
    if (bounds.size() != 2 || bounds.contains(null)) {
      throw Problem.unprocessable("%s: %s (expected: [min, max])".formatted(path, bounds));
    }
    return new Range(bounds.get(0), bounds.get(1));
  }

  List<Double> bounds() {
    return List.of(min, max);
  }

  @Override
  public String toString() {
    return bounds().toString();
  }
}
