package dev.athanor.learning.evaluation;

import java.nio.FloatBuffer;

/// The `k` most similar rows seen so far for one query, kept sorted. Of rows that are equally
/// similar the one seen first goes first, so that a result never depends on chance.
final class NearestRows {

  private final int[] rows;
  private final float[] similarities;
  private int size;

  NearestRows(int k) {
    rows = new int[k];
    similarities = new float[k];
  }

  /// Looks at `count` similarities from `offset` on; the first belongs to row `firstRow`.
  void offer(FloatBuffer candidates, int offset, int count, int firstRow) {
    for (var i = 0; i < count; i++) {
      var similarity = candidates.get(offset + i);
      if (size < rows.length || similarity > similarities[size - 1]) {
        insert(firstRow + i, similarity);
      }
    }
  }

  private void insert(int row, float similarity) {
    var at = size < rows.length ? size++ : size - 1;
    for (; at > 0 && similarities[at - 1] < similarity; at--) {
      similarities[at] = similarities[at - 1];
      rows[at] = rows[at - 1];
    }
    similarities[at] = similarity;
    rows[at] = row;
  }

  /// What was found, which is all `k` once as many rows were offered.
  Neighbours result() {
    return new Neighbours(rows, similarities);
  }
}
