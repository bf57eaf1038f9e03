package dev.athanor.learning.evaluation;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.engine.Torch;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Classification by the labels of the nearest training embeddings, without any training, as Wu et
/// al. 2018, https://arxiv.org/abs/1805.01978, section 3.4: each of the `neighbours` most similar
/// rows votes for its class with weight exp(cosine / temperature).
///
/// @param neighbours k; where the bank holds fewer rows, all of them vote
/// @param temperature τ, 0.07 in the paper
public record KNearestNeighbours(int neighbours, double temperature) {

  /// Queries whose neighbours, and whose similarities to a block of the bank, are in memory at
  /// once.
  private static final int QUERIES = 1024;

  public KNearestNeighbours {
    if (neighbours < 1) {
      throw new IllegalArgumentException("neighbours: %d (expected: > 0)".formatted(neighbours));
    }
    if (!(temperature > 0) || !Double.isFinite(temperature)) {
      throw new IllegalArgumentException("temperature: %s (expected: > 0)".formatted(temperature));
    }
  }

  /// The share of `queries` whose class is predicted as in `truth`.
  ///
  /// @param bank (N, D), with a label each
  /// @param queries (M, D), with their true label each
  public double accuracy(float[][] bank, int[] labels, float[][] queries, int[] truth) {
    Rows.requireLabels("truth", truth, queries);
    return Accuracy.of(predict(bank, labels, queries), truth);
  }

  /// The class of each query, (M). Where two classes have equal votes, the lower one.
  public int[] predict(float[][] bank, int[] labels, float[][] queries) {
    Rows.requireLabels("labels", labels, bank);
    requireRows(bank, queries);
    var classes = Arrays.stream(labels).max().orElseThrow() + 1;
    var predicted = new int[queries.length];
    for (var from = 0; from < queries.length; from += QUERIES) {
      var first = from;
      var nearest = search(bank, block(queries, from));
      IntStream.range(0, nearest.length)
          .parallel()
          .forEach(i -> predicted[first + i] = vote(nearest[i].result(), labels, classes));
    }
    return predicted;
  }

  private int vote(Neighbours nearest, int[] labels, int classes) {
    var votes = new double[classes];
    // Counted from the best one, so that no exponential overflows; votes keep their proportions.
    var best = nearest.similarities()[0];
    for (var i = 0; i < nearest.rows().length; i++) {
      var weight = Math.exp((nearest.similarities()[i] - best) / temperature);
      votes[labels[nearest.rows()[i]]] += weight;
    }
    var winner = 0;
    for (var c = 1; c < classes; c++) {
      winner = votes[c] > votes[winner] ? c : winner;
    }
    return winner;
  }

  /// The most similar rows of `bank` for each of `queries`. Of equally similar rows the earlier one
  /// is nearer. A query that is in the bank finds itself.
  public Neighbours[] nearest(float[][] bank, float[][] queries) {
    requireRows(bank, queries);
    var found = new Neighbours[queries.length];
    for (var from = 0; from < queries.length; from += QUERIES) {
      var nearest = search(bank, block(queries, from));
      for (var i = 0; i < nearest.length; i++) {
        found[from + i] = nearest[i].result();
      }
    }
    return found;
  }

  private static void requireRows(float[][] bank, float[][] queries) {
    Rows.require("bank", bank, 1);
    Rows.requireLike("queries", queries, 1, bank);
  }

  private static float[][] block(float[][] queries, int from) {
    return Arrays.copyOfRange(queries, from, Math.min(from + QUERIES, queries.length));
  }

  private NearestRows[] search(float[][] bank, float[][] queries) {
    var found = new NearestRows[queries.length];
    Arrays.setAll(found, _ -> new NearestRows(Math.min(neighbours, bank.length)));
    try (var manager = Torch.newManager()) {
      var q = Rows.load(Rows.unit(queries), 0, queries.length, manager); // (queries, D)
      for (var row = 0; row < bank.length; row += Rows.BLOCK) {
        try (var scratch = manager.newSubManager()) {
          var unit =
              Rows.unit(Arrays.copyOfRange(bank, row, Math.min(row + Rows.BLOCK, bank.length)));
          var block = Rows.load(unit, 0, unit.length, scratch).transpose(); // (D, rows)
          try (var cosines = q.matMul(block)) { // (queries, rows)
            offer(cosines, row, found);
          }
        }
      }
    }
    return found;
  }

  private static void offer(NDArray cosines, int firstRow, NearestRows[] found) {
    var rows = Math.toIntExact(cosines.getShape().get(1));
    var values = cosines.toByteBuffer(true).asFloatBuffer();
    IntStream.range(0, found.length)
        .parallel()
        .forEach(i -> found[i].offer(values, i * rows, rows, firstRow));
  }
}
