package dev.athanor.launcher.demo;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/// What the demo can minimise, with numbers that suit minutes on two cores.
public enum DemoObjective {
  SIMCLR,
  BYOL,
  VAE,
  MLM,
  CLM;

  /// @param name as `--objective` has it
  public static DemoObjective of(String name) {
    return Arrays.stream(values())
        .filter(objective -> objective.kind().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--objective: %s (expected: one of %s)"
                        .formatted(
                            name, Arrays.stream(values()).map(DemoObjective::kind).toList())));
  }

  String kind() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether it is of texts, and not of images.
  public boolean texts() {
    return switch (this) {
      case SIMCLR, BYOL, VAE -> false;
      case MLM, CLM -> true;
    };
  }

  Map<String, Object> objective() {
    return switch (this) {
      case SIMCLR -> Map.of("kind", kind(), "temperature", 0.2, "projection", projection(128));
      // The target averages some twenty steps: the paper's 0.996 is for runs of 10⁵.
      case BYOL -> Map.of("kind", kind(), "base", 0.95, "projection", projection(256));
      case VAE -> Map.of("kind", kind(), "latent", 32);
      // The paper hides 0.15; with more to guess from each row a short run gets further.
      case MLM -> Map.of("kind", kind(), "select", 0.4);
      case CLM -> Map.of("kind", kind());
    };
  }

  private static Map<String, Object> projection(int hidden) {
    return Map.of("layers", 2, "hidden", hidden, "output", 64);
  }

  Map<String, Object> encoder() {
    return switch (this) {
      case SIMCLR, BYOL -> Map.of("kind", "resnet", "depth", 10, "width", 16, "stem", "cifar");
      case VAE -> Map.of("kind", "convnet", "width", 32);
      case MLM ->
          Map.of(
              "kind",
              "masked-transformer",
              "layers",
              1,
              "width",
              128,
              "heads",
              4,
              "feedForward",
              512);
      case CLM -> Map.of("kind", "causal-transformer", "preset", "clm-0.5m");
    };
  }

  /// Samples of a batch, at most. A masked model, which predicts few tokens of each row, and BYOL,
  /// whose target has to follow, live by their steps.
  int batch() {
    return switch (this) {
      case SIMCLR, VAE -> 256;
      case BYOL, CLM -> 32;
      case MLM -> 16;
    };
  }

  double learningRate() {
    return switch (this) {
      case SIMCLR -> 0.006;
      case BYOL, VAE -> 0.001;
      case MLM -> 0.002;
      case CLM -> 0.004;
    };
  }
}
