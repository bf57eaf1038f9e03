package dev.athanor.learning.batch;

import java.util.List;

/// How a pixel becomes a number that a network likes: (pixel / 255 - mean) / std, channel by
/// channel.
///
/// @param mean a channel, of pixels scaled to 0..1
/// @param std a channel, of pixels scaled to 0..1
public record Normalisation(List<Double> mean, List<Double> std) {

  public Normalisation {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.isEmpty() || mean.size() != std.size()) {
      throw new IllegalArgumentException(
          "std: %d channels (expected: %d, as many as mean)".formatted(std.size(), mean.size()));
    }
    for (var value : std) {
      if (!(value > 0)) {
        throw new IllegalArgumentException("std: %s (expected: > 0)".formatted(std));
      }
    }
    for (var value : mean) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("mean: %s (expected: finite numbers)".formatted(mean));
      }
    }
  }

  public int channels() {
    return mean.size();
  }
}
