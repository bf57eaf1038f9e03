package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON lines (https://jsonlines.org): one object a line, one text an object.
record JsonLinesReader(List<StagedFile> files, Columns columns, Limits limits)
    implements FormatReader {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Override
  public String format() {
    return "jsonl";
  }

  @Override
  public Manifest.Kind kind() {
    return Manifest.Kind.TEXT;
  }

  @Override
  public void read(Sample.Visitor visitor) throws IOException {
    for (var file : files) {
      var samples = new TextRecords(file, columns, limits, visitor);
      var name = file.blob().name();
      var utf8 = new Utf8Reader(name, new UnpackedInput(file.blob(), limits));
      try (var input = new RecordReader(utf8, name, limits.textBytes())) {
        long number = 1;
        input.begin(number);
        for (var line = input.line(); line != null; line = input.line()) {
          if (!line.isBlank()) {
            add(name, number, line, samples);
          }
          number++;
          input.begin(number);
        }
      }
      samples.end(columns.label() != null);
    }
  }

  private void add(String file, long line, String json, TextRecords samples) throws IOException {
    var where = "%s: line %d".formatted(file, line);
    var object = parse(where, json);
    var text = object.get(columns.textName());
    if (text == null) {
      throw Columns.unknown(where, columns.textName(), List.copyOf(object.propertyNames()), "");
    }
    if (!text.isString()) {
      throw Problem.unprocessable(
          "%s: %s: %s (expected: a string)"
              .formatted(where, Problem.quote(columns.textName()), Problem.quote(text.toString())));
    }
    samples.add(line, text.stringValue(), label(where, object.get(columns.labelName())));
  }

  private static JsonNode parse(String where, String json) {
    JsonNode object;
    try {
      object = JSON.readTree(json);
    } catch (JacksonException failure) {
      throw Problem.of(
          Kind.UNPROCESSABLE,
          "%s: not JSON: %s (expected: one object a line)"
              .formatted(where, Problem.quote(failure.getOriginalMessage())),
          failure);
    }
    if (!object.isObject()) {
      throw Problem.unprocessable(
          "%s: %s (expected: an object)".formatted(where, Problem.quote(json)));
    }
    return object;
  }

  private static @Nullable String label(String where, @Nullable JsonNode label) {
    if (label == null || label.isNull()) {
      return null;
    }
    if (label.isContainer()) {
      throw Problem.unprocessable(
          "%s: label %s (expected: a string, a number or a truth value)"
              .formatted(where, Problem.quote(label.toString())));
    }
    return label.asString();
  }
}
