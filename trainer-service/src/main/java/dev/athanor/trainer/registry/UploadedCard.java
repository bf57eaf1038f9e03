package dev.athanor.trainer.registry;

import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.file.StoredFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The caller's part of a `card.json`: kind, input, output. The registry adds the rest. What input
/// and output may say is for the service that runs the model to judge, in the trial.
record UploadedCard(ObjectNode said) {
  static final String TEXT_ENCODER = "text-encoder";

  private static final List<String> KINDS = List.of("image-encoder", TEXT_ENCODER);
  private static final Set<String> MEMBERS = Set.of("kind", "input", "output");
  private static final int DEEPEST = 16;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static UploadedCard parse(byte[] text) {
    JsonNode card;
    try {
      card = JSON.readTree(text);
    } catch (JacksonException failure) {
      throw Problem.unprocessable("card: " + JsonErrors.describe(failure));
    }
    if (!(card instanceof ObjectNode said)) {
      throw Problem.unprocessable("card: no object (expected: a JSON object)");
    }
    said.propertyNames().stream()
        .filter(name -> !MEMBERS.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw Problem.unprocessable(
                  "card.%s: unknown field (expected: kind, input, output; the registry fills in the rest)"
                      .formatted(Problem.quote(name)));
            });
    var kind = said.path("kind");
    if (!kind.isString() || !KINDS.contains(kind.stringValue())) {
      throw Problem.unprocessable(
          "card.kind: %s (expected: %s)"
              .formatted(
                  kind.isMissingNode() ? "missing" : Problem.quote(kind.asString(kind.toString())),
                  String.join(" or ", KINDS)));
    }
    for (var part : List.of("input", "output")) {
      if (!said.path(part).isObject()) {
        throw Problem.unprocessable("card.%s: missing (expected: an object)".formatted(part));
      }
      int depth = depth(said.path(part));
      if (depth > DEEPEST) {
        throw Problem.unprocessable(
            "card.%s: %d levels of objects and lists (expected: at most %d)"
                .formatted(part, depth, DEEPEST));
      }
    }
    return new UploadedCard(said);
  }

  private static int depth(JsonNode node) {
    return node.isContainer()
        ? 1 + node.values().stream().mapToInt(UploadedCard::depth).max().orElse(0)
        : 0;
  }

  boolean ofText() {
    return said.path("kind").stringValue().equals(TEXT_ENCODER);
  }

  /// The whole card.
  String complete(String model, int version, List<StoredFile> files) {
    var card = JSON.createObjectNode();
    card.put("name", model).put("version", version);
    card.setAll(said);
    card.set("lineage", JSON.valueToTree(Map.of("source", "uploaded")));
    var described = card.putObject("files");
    for (var file : files) {
      described.putObject(file.name()).put("bytes", file.bytes()).put("sha256", file.sha256());
    }
    return JSON.writeValueAsString(card);
  }

  static byte[] utf8(String card) {
    return card.getBytes(StandardCharsets.UTF_8);
  }
}
