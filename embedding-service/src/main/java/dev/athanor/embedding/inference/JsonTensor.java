package dev.athanor.embedding.inference;

import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/// The JSON form of a tensor's elements: flat, or nested as its shape is.
final class JsonTensor {
  private JsonTensor() {}

  /// @param field how messages name the tensor
  static Tensor.Content read(String field, String datatype, JsonNode data) {
    if (!data.isArray()) {
      throw Problem.badRequest("%s.data: missing (expected: a list)".formatted(field));
    }
    return switch (datatype) {
      case Tensor.FP32 -> floats(field, data);
      case Tensor.INT64 -> longs(field, data);
      case Tensor.BYTES -> strings(field, data);
      default -> throw RawTensor.unknown(field, datatype);
    };
  }

  private static Tensor.Content floats(String field, JsonNode data) {
    var values = new Growing();
    flatten(
        data,
        element -> {
          if (!element.isNumber()) {
            throw wrong(field, element, "numbers");
          }
          values.add((float) element.doubleValue());
        });
    return new Tensor.Content.Floats(values.toArray());
  }

  private static Tensor.Content longs(String field, JsonNode data) {
    var values = LongStream.builder();
    flatten(
        data,
        element -> {
          if (!element.isIntegralNumber() || !element.canConvertToLong()) {
            throw wrong(field, element, "whole numbers of 64 bits");
          }
          values.add(element.longValue());
        });
    return new Tensor.Content.Longs(values.build().toArray());
  }

  private static Tensor.Content strings(String field, JsonNode data) {
    var strings = new ArrayList<String>();
    flatten(
        data,
        element -> {
          if (!element.isString()) {
            throw wrong(field, element, "strings");
          }
          strings.add(element.stringValue());
        });
    return new Tensor.Content.Strings(List.copyOf(strings));
  }

  private static void flatten(JsonNode data, Consumer<JsonNode> leaf) {
    for (var element : data) {
      if (element.isArray()) {
        flatten(element, leaf);
      } else {
        leaf.accept(element);
      }
    }
  }

  private static Problem wrong(String field, JsonNode found, String expected) {
    return Problem.badRequest(
        "%s.data: %s (expected: %s)".formatted(field, Problem.quote(found.toString()), expected));
  }

  /// Floats whose number is not known before.
  private static final class Growing {
    private float[] values = new float[1024];
    private int size;

    void add(float value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    float[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
