package dev.athanor.learning.onnx;

import org.jspecify.annotations.Nullable;

/// What a graph on text reads.
///
/// @param ids (batch, sequence), int64
/// @param mask (batch, total), int64: 1 where there is a token; total counts the past ones too
/// @param positions (batch, sequence), int64, of the tokens; null where they are 0, 1, 2, …
/// @param cache whether attention reads the keys and values of past tokens, and gives them back
///   with those of the new ones
record TextInputs(String ids, String mask, @Nullable String positions, boolean cache) {

  static String pastKey(int layer) {
    return "past_key_values.%d.key".formatted(layer);
  }

  static String pastValue(int layer) {
    return "past_key_values.%d.value".formatted(layer);
  }

  static String presentKey(int layer) {
    return "present.%d.key".formatted(layer);
  }

  static String presentValue(int layer) {
    return "present.%d.value".formatted(layer);
  }
}
