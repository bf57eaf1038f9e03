package dev.athanor.embedding.graph;

import java.util.Map;

/// The types of tensors' elements, as the specification numbers them and cards name them.
final class ElementType {
  static final int FLOAT = 1;
  static final int INT64 = 7;

  private static final Map<Integer, String> NAMES =
      Map.of(
          FLOAT,
          "float32",
          2,
          "uint8",
          3,
          "int8",
          6,
          "int32",
          INT64,
          "int64",
          8,
          "string",
          9,
          "bool",
          10,
          "float16",
          11,
          "float64",
          16,
          "bfloat16");

  private ElementType() {}

  static String name(int type) {
    return NAMES.getOrDefault(type, "type " + type);
  }
}
