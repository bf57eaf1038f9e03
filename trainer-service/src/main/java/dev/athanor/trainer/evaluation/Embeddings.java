package dev.athanor.trainer.evaluation;

import java.util.Arrays;

/// What a network makes of some samples of a split.
///
/// @param rows (N, D), such as the representation h of each sample, or its logits
/// @param labels (N), -1 where a sample has none
@SuppressWarnings("ArrayRecordComponent") // moved, never compared; may hold megabytes
record Embeddings(float[][] rows, int[] labels) {

  /// The first `count`.
  Embeddings first(int count) {
    return new Embeddings(Arrays.copyOf(rows, count), Arrays.copyOf(labels, count));
  }

  /// The share of rows whose largest value stands at their label.
  double accuracyOfLogits() {
    int right = 0;
    for (int i = 0; i < rows.length; i++) {
      right += largest(rows[i]) == labels[i] ? 1 : 0;
    }
    return (double) right / rows.length;
  }

  private static int largest(float[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      best = row[c] > row[best] ? c : best;
    }
    return best;
  }
}
