package dev.athanor.trainer.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What the samples of a data set are, and so what a run's networks read.
public enum Medium {
  IMAGES("resnet", "convnet", "latent-mean"),
  TEXTS("masked-transformer", "causal-transformer");

  private final List<String> encoders;

  Medium(String... encoders) {
    this.encoders = List.of(encoders);
  }

  /// What an encoder of this kind reads.
  static Medium of(String encoder) {
    return Arrays.stream(values())
        .filter(medium -> medium.encoders.contains(encoder))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "kind: %s (expected: an encoder's)".formatted(encoder)));
  }

  /// As messages have it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The kinds of encoders that read it.
  public List<String> encoders() {
    return encoders;
  }
}
