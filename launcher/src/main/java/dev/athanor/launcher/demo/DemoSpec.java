package dev.athanor.launcher.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The demo's run, small enough for two cores.
final class DemoSpec {
  static final int GENERATED_TRAIN = 10_000;
  static final int GENERATED_TEST = 2_000;
  static final int STORIES_TRAIN = 8_000;
  static final int STORIES_TEST = 1_000;

  /// A data set of more images than this is given the longer training.
  private static final int SMALL = 20_000;

  /// Fewer texts than this are read as one stream of tokens, for they are long.
  private static final int FEW_DOCUMENTS = 1_000;

  private static final double MINUTES_SMALL = 2.5;
  private static final double MINUTES_LARGE = 5;

  /// Tokens of the demo's tokenizers, and of the longest text that its encoders read.
  static final int VOCABULARY = 1_000;

  private static final int CONTEXT = 64;

  private DemoSpec() {}

  static Map<String, Object> spec(
      DemoObjective objective, JsonNode version, @Nullable Double minutes, long seed) {
    return objective.texts()
        ? texts(objective, version, minutes, seed)
        : images(objective, version, minutes, seed);
  }

  /// The tokenizer that the demo trains on a version.
  static String tokenizer(JsonNode version) {
    return "%s-%d".formatted(version.path("dataset").asString(), version.path("version").asInt());
  }

  private static Map<String, Object> texts(
      DemoObjective objective, JsonNode version, @Nullable Double minutes, long seed) {
    var spec = named(objective, version, seed);
    var aim = new LinkedHashMap<>(objective.objective());
    if (objective == DemoObjective.MLM && samples(version) < FEW_DOCUMENTS) {
      aim.put("packed", true);
    }
    spec.put("objective", aim);
    spec.put("text", Map.of("tokenizer", tokenizer(version), "context", CONTEXT));
    spec.put("batch", objective.batch());
    spec.put(
        "optimiser",
        Map.of("kind", "adamw", "learningRate", objective.learningRate(), "weightDecay", 0.01));
    spec.put("schedule", Map.of("warmupSteps", 50));
    spec.put("training", Map.of("minutes", minutes != null ? minutes : MINUTES_SMALL));
    spec.put("evaluation", Map.of("everyEpochs", 4, "samples", 500));
    return spec;
  }

  private static long samples(JsonNode version) {
    return version.path("splits").path("train").path("samples").asLong();
  }

  private static LinkedHashMap<String, Object> named(
      DemoObjective objective, JsonNode version, long seed) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("name", objective.kind() + "-" + version.path("dataset").asString());
    spec.put(
        "dataset",
        Map.of(
            "name",
            version.path("dataset").asString(),
            "version",
            version.path("version").asInt()));
    spec.put("seed", seed);
    spec.put("objective", objective.objective());
    spec.put("encoder", objective.encoder());
    return spec;
  }

  private static Map<String, Object> images(
      DemoObjective objective, JsonNode version, @Nullable Double minutes, long seed) {
    long train = samples(version);
    boolean colour = version.path("image").path("channels").asInt() == 3;
    boolean labelled = version.path("splits").path("test").path("labelled").asBoolean();
    var spec = named(objective, version, seed);
    spec.put(
        "augmentation",
        objective == DemoObjective.VAE
            ? Map.of("size", halving(size(version)))
            : augmentation(size(version), colour));
    spec.put("batch", Math.clamp(train / 4, 2, objective.batch()));
    spec.put(
        "optimiser",
        Map.of("kind", "adamw", "learningRate", objective.learningRate(), "weightDecay", 0.0001));
    spec.put("schedule", Map.of("warmupSteps", 20));
    spec.put(
        "training",
        Map.of(
            "minutes", minutes != null ? minutes : train > SMALL ? MINUTES_LARGE : MINUTES_SMALL));
    if (labelled) {
      spec.put(
          "evaluation",
          Map.of(
              "samples",
              2000,
              "fractions",
              List.of(0.01, 0.1, 1.0),
              "scratch",
              List.of(0.01, 0.1)));
    }
    return spec;
  }

  /// The images' own size where they are small and alike, else 64: more would not train on two
  /// cores.
  private static int size(JsonNode version) {
    var image = version.path("image");
    return image.path("height").isNumber()
        ? Math.clamp(Math.max(image.path("height").asInt(), image.path("width").asInt()), 16, 64)
        : 64;
  }

  /// The size near by that a VAE's convolutions can halve.
  private static int halving(int size) {
    return size <= 28 ? 28 : size <= 32 ? 32 : 64;
  }

  /// The paper's augmentations as it has them for small images (Chen et al. 2020, appendix B.9:
  /// colour distortion at half strength, no blur), and crops of at least 30 %.
  private static Map<String, Object> augmentation(int size, boolean colour) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("size", size);
    spec.put("crop", Map.of("scale", List.of(0.3, 1.0)));
    spec.put(
        "colourJitter",
        Map.of(
            "probability",
            colour ? 0.8 : 1.0,
            "brightness",
            0.4,
            "contrast",
            0.4,
            "saturation",
            colour ? 0.4 : 0.0,
            "hue",
            colour ? 0.1 : 0.0));
    spec.put("grey", colour ? 0.2 : 0.0);
    spec.put("blur", Map.of("probability", 0.0));
    return spec;
  }
}
