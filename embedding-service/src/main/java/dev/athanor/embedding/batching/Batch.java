package dev.athanor.embedding.batching;

import java.util.List;

/// What goes through the encoder at once. Never empty.
record Batch(Lane lane, List<Item> items) {

  /// (N, values of one input)
  float[] inputs() {
    int values = items.getFirst().input().length;
    var inputs = new float[items.size() * values];
    for (int i = 0; i < items.size(); i++) {
      System.arraycopy(items.get(i).input(), 0, inputs, i * values, values);
    }
    return inputs;
  }
}
