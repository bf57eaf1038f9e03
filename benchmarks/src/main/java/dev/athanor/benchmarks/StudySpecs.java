package dev.athanor.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What the study asks for: small encoders with the recipes' settings. Encoder, views and images
/// seen are alike for all objectives; BYOL, which lives by its steps, has smaller batches, a wider
/// head and a target that is averaged over fewer images where they have colours.
final class StudySpecs {
  static final List<String> OBJECTIVES = List.of("simclr", "byol", "vae");
  static final List<Double> ALL = List.of(0.01, 0.1, 1.0);

  static final List<Double> FEW = List.of(0.01, 0.1);

  /// Images that end-to-end training sees at most, for each epoch of a run but no more than six:
  /// few labels are learnt by then.
  private static final int SAMPLES_AN_EPOCH = 12_000;

  private static final double MOST_EPOCHS = 6;

  private StudySpecs() {}

  /// @param dataset as the version's document says
  static Map<String, Object> run(String objective, JsonNode dataset, int seed, double epochs) {
    boolean colour = dataset.at("/image/channels").asInt() == 3;
    var spec = new LinkedHashMap<String, Object>();
    spec.put("name", "%s-%s-%d".formatted(objective, dataset.path("dataset").asString(), seed));
    spec.put("dataset", reference(dataset));
    spec.put("seed", seed);
    var own = Own.of(objective, colour);
    spec.put("objective", own.objective());
    spec.put(
        "encoder",
        objective.equals("vae")
            ? Map.of("kind", "convnet", "width", 32)
            : Map.of("kind", "resnet", "depth", 10, "width", 16, "stem", "cifar"));
    if (!objective.equals("vae")) {
      spec.put("augmentation", augmentation(colour));
    }
    spec.put("batch", own.batch());
    spec.put(
        "optimiser",
        Map.of("kind", "adamw", "learningRate", own.learningRate(), "weightDecay", 1e-4));
    spec.put("schedule", Map.of("warmupSteps", own.warmupSteps()));
    spec.put("training", Map.of("epochs", epochs));
    spec.put("evaluation", evaluation(objective, seed));
    return spec;
  }

  /// What an objective has of its own.
  private record Own(
      Map<String, Object> objective, int batch, double learningRate, int warmupSteps) {
    static Own of(String kind, boolean colour) {
      return switch (kind) {
        case "simclr" -> {
          var head = projection(128, 64);
          var objective =
              Map.<String, Object>of("kind", kind, "temperature", 0.2, "projection", head);
          yield new Own(objective, 256, 0.006, 20);
        }
        case "byol" ->
            colour
                ? new Own(byol(0.95, projection(512, 128)), 128, 0.003, 40)
                : new Own(byol(0.97, projection(128, 64)), 256, 0.003, 20);
        default -> new Own(Map.of("kind", kind, "latent", 32), 256, 0.001, 20);
      };
    }

    private static Map<String, Object> byol(double base, Map<String, Integer> projection) {
      return Map.of("kind", "byol", "base", base, "projection", projection);
    }

    private static Map<String, Integer> projection(int hidden, int output) {
      return Map.of("layers", 2, "hidden", hidden, "output", output);
    }
  }

  private static Map<String, Object> reference(JsonNode dataset) {
    return Map.of(
        "name", dataset.path("dataset").asString(), "version", dataset.path("version").asInt());
  }

  private static Map<String, Object> augmentation(boolean colour) {
    double strength = colour ? 0.4 : 0;
    return Map.of(
        "crop", Map.of("scale", List.of(colour ? 0.2 : 0.3, 1.0)),
        "flip", 0.5,
        "colourJitter",
            Map.of(
                "probability",
                colour ? 0.8 : 1.0,
                "brightness",
                0.4,
                "contrast",
                0.4,
                "saturation",
                strength,
                "hue",
                colour ? 0.1 : 0),
        "grey", colour ? 0.2 : 0,
        "blur", Map.of("probability", 0));
  }

  /// h and z are put side by side once.
  private static Map<String, Object> evaluation(String objective, int seed) {
    boolean projection = seed == 0 && !objective.equals("vae");
    return Map.of(
        "samples",
        5000,
        "fractions",
        projection ? ALL : List.of(),
        "scratch",
        List.of(),
        "projection",
        projection);
  }

  static Map<String, Object> random(String model, JsonNode dataset, int seed) {
    var request = evaluation(model, dataset, seed, List.of("knn", "linear-probe"), ALL);
    request.put("random", true);
    return request;
  }

  static Map<String, Object> scratch(String model, JsonNode dataset, int seed, double epochs) {
    var request = evaluation(model, dataset, seed, List.of("from-scratch"), FEW);
    request.put("fromScratch", budget(epochs));
    return request;
  }

  static Map<String, Object> frozen(String model, JsonNode dataset, int seed) {
    return evaluation(model, dataset, seed, List.of("knn", "linear-probe"), ALL);
  }

  static Map<String, Object> tuned(String model, JsonNode dataset, int seed, double epochs) {
    var request = evaluation(model, dataset, seed, List.of("fine-tune"), FEW);
    request.put("fineTune", budget(epochs));
    return request;
  }

  private static Map<String, Object> evaluation(
      String model, JsonNode dataset, int seed, List<String> methods, List<Double> fractions) {
    var request = new LinkedHashMap<String, Object>();
    request.put("model", model);
    request.put("dataset", dataset.path("dataset").asString());
    request.put("version", dataset.path("version").asInt());
    request.put("methods", methods);
    request.put("fractions", fractions);
    request.put("seeds", List.of(seed));
    return request;
  }

  private static Map<String, Object> budget(double epochs) {
    return Map.of(
        "samples", Math.max(1, Math.round(SAMPLES_AN_EPOCH * Math.min(epochs, MOST_EPOCHS))));
  }
}
