package dev.athanor.trainer.spec;

import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads run specs, strictly: a field that nobody knows is an error and not a wish unheard.
@Component
public final class SpecReader {
  static final JsonMapper json =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private static final YAMLMapper yaml =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final int MOST_NEIGHBOURS = 1000;

  private final ObjectNode defaults = defaults("defaults.yml");
  private final PublishedEncoders published;

  SpecReader(PublishedEncoders published) {
    this.published = published;
  }

  /// A document of fields, none of them looked at yet.
  public ObjectNode treeOfJson(byte[] document) {
    return tree("run spec", json, document);
  }

  /// A document of fields, none of them looked at yet.
  public ObjectNode treeOfYaml(byte[] document) {
    return tree("run spec", yaml, document);
  }

  /// A spec as it was stored.
  public RunSpec readStored(String document) {
    return json.readValue(document, RunSpec.class);
  }

  /// A spec as it is stored and shown.
  public String write(RunSpec spec) {
    return json.writeValueAsString(spec);
  }

  /// The document's fields.
  ///
  /// @param what the document is, for messages
  static ObjectNode tree(String what, ObjectMapper mapper, byte[] document) {
    JsonNode tree;
    try {
      tree = mapper.readTree(document);
    } catch (JacksonException malformed) {
      throw Problem.badRequest("%s: %s".formatted(what, JsonErrors.describe(malformed)));
    }
    if (!(tree instanceof ObjectNode given)) {
      throw Problem.badRequest(
          "%s: the document is empty or no object (expected: fields such as dataset)"
              .formatted(what));
    }
    return given;
  }

  /// The spec that the fields of `given` make, with the defaults of what they leave out.
  public RunSpec read(ObjectNode given) {
    var whole = defaults.deepCopy();
    var objectives = (ObjectNode) whole.remove("objectives");
    var encoders = (ObjectNode) whole.remove("encoders");
    var usual = ofKind("objective", given, whole, objectives);
    var media = usual.withObject("media");
    usual.remove("media");
    overlay(whole, usual);
    if (given.hasNonNull("initial")) {
      var parent = parent(given);
      overlay(whole, media.withObject(parent.medium().word()));
      goOn(given, whole, parent);
    } else {
      var encoder = ofKind("encoder", given, whole, encoders);
      overlay(whole, encoder);
      var kind = whole.at("/encoder/kind").stringValue();
      overlay(whole, media.withObject(Medium.of(given.at("/encoder/kind").asString(kind)).word()));
      overlay(whole, given);
    }
    if (whole.path("dataset").isString()) {
      whole.putObject("dataset").put("name", given.path("dataset").stringValue());
    }
    try {
      var spec = json.treeToValue(whole, RunSpec.class);
      requireFewNeighbours("evaluation.neighbours", spec.evaluation().neighbours());
      return spec;
    } catch (JacksonException unfit) {
      throw Problem.unprocessable(describe(unfit));
    }
  }

  /// Each query keeps that many; what is stored may have been asked for before there was a bound.
  static void requireFewNeighbours(String field, int neighbours) {
    if (neighbours > MOST_NEIGHBOURS) {
      throw Problem.unprocessable(
          "%s: %d (expected: <= %d)".formatted(field, neighbours, MOST_NEIGHBOURS));
    }
  }

  private PublishedEncoder parent(ObjectNode given) {
    var model = given.path("initial").path("model");
    if (!model.isString()) {
      throw Problem.unprocessable(
          "initial: %s (expected: {model: name@3})"
              .formatted(Problem.quote(given.path("initial").toString())));
    }
    return published.find("initial.model", ModelReference.of("initial.model", model.stringValue()));
  }

  /// The encoder of a run that goes on from a published one is that one's, and so is its tokenizer;
  /// the document may say so, and nothing else.
  private static void goOn(ObjectNode given, ObjectNode whole, PublishedEncoder parent) {
    var encoder = (ObjectNode) json.valueToTree(parent.encoder());
    for (var said : given.path("encoder").properties()) {
      if (!said.getValue().equals(encoder.get(said.getKey()))) {
        throw Problem.unprocessable(
            "encoder.%s: %s (expected: %s, which %s has, or nothing)"
                .formatted(
                    said.getKey(),
                    Problem.quote(said.getValue().toString()),
                    encoder.path(said.getKey()),
                    parent.reference()));
      }
    }
    overlay(whole, given);
    whole.set("encoder", encoder);
    whole.set(
        "initial",
        ((ObjectNode) given.path("initial").deepCopy()).put("model", parent.reference()));
    if (parent.medium() == Medium.TEXTS) {
      readAs(parent, given.path("text"), whole);
    }
  }

  private static void readAs(PublishedEncoder parent, JsonNode said, ObjectNode whole) {
    var texts = parent.texts();
    var tokenizer = said.path("tokenizer");
    if (said.has("tokenizer") && !tokenizer.asString("").equals(texts.tokenizer())) {
      throw Problem.unprocessable(
          "text.tokenizer: %s (expected: %s, which %s was trained with, or nothing)"
              .formatted(
                  Problem.quote(
                      tokenizer.isString() ? tokenizer.stringValue() : tokenizer.toString()),
                  texts.tokenizer(),
                  parent.reference()));
    }
    if (whole.get("text") instanceof ObjectNode text) {
      text.put("tokenizer", texts.tokenizer());
      if (!said.hasNonNull("context")) {
        text.put("context", texts.context());
      }
    }
  }

  /// The defaults that go with the kind which `given`, or else `usual`, has of `part`.
  private static ObjectNode ofKind(
      String part, ObjectNode given, ObjectNode usual, ObjectNode kinds) {
    var own = given.path(part);
    var kind = own.has("kind") ? own.path("kind") : usual.path(part).path("kind");
    if (!kind.isString() || !(kinds.get(kind.stringValue()) instanceof ObjectNode found)) {
      throw Problem.unprocessable(
          "%s.kind: %s (expected: one of %s)"
              .formatted(
                  part,
                  Problem.quote(kind.isString() ? kind.stringValue() : kind.toString()),
                  kinds.propertyNames()));
    }
    for (var field : own.propertyNames()) {
      refuseForeign(part, field, kind.stringValue(), kinds);
    }
    return found;
  }

  /// A field that only another kind has deserves more than "unknown field".
  private static void refuseForeign(String part, String field, String kind, ObjectNode kinds) {
    var own = kinds.path(kind).path(part);
    for (var other : kinds.properties()) {
      if (!own.has(field) && other.getValue().path(part).has(field)) {
        throw Problem.unprocessable(
            "%s.%s: a field of %s (expected of %s: some of %s)"
                .formatted(part, field, other.getKey(), kind, own.propertyNames()));
      }
    }
  }

  /// Objects are merged field by field; everything else of `over` replaces what was there.
  public static void overlay(ObjectNode under, ObjectNode over) {
    for (var field : over.properties()) {
      if (under.get(field.getKey()) instanceof ObjectNode below
          && field.getValue() instanceof ObjectNode above) {
        overlay(below, above);
      } else {
        under.set(field.getKey(), field.getValue());
      }
    }
  }

  /// The records check themselves and name the field; this adds where in the document it stands.
  static String describe(JacksonException unfit) {
    var message = JsonErrors.describe(unfit);
    return unfit instanceof DatabindException bound
            && refusal(unfit) != null
            && !bound.getPath().isEmpty()
        ? path(bound) + "." + message
        : message;
  }

  private static @Nullable IllegalArgumentException refusal(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException refusal) {
        return refusal;
      }
    }
    return null;
  }

  private static String path(DatabindException bound) {
    return String.join(
        ".", bound.getPath().stream().map(step -> String.valueOf(step.getPropertyName())).toList());
  }

  static ObjectNode defaults(String file) {
    try (InputStream stream = SpecReader.class.getResourceAsStream(file)) {
      return (ObjectNode) yaml.readTree(stream);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
