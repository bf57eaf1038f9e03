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

  /// Queries whose similarities to a block of the bank are in memory at once.
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
    var nearest = nearest(bank, queries);
    var classes = Arrays.stream(labels).max().orElseThrow() + 1;
    return IntStream.range(0, queries.length)
        .parallel()
        .map(i -> vote(nearest[i], labels, classes))
        .toArray();
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
    Rows.require("bank", bank, 1);
    Rows.requireLike("queries", queries, 1, bank);
    var found = new NearestRows[queries.length];
    Arrays.setAll(found, _ -> new NearestRows(Math.min(neighbours, bank.length)));
    search(Rows.unit(bank), Rows.unit(queries), found);
    return Arrays.stream(found).map(NearestRows::result).toArray(Neighbours[]::new);
  }

  private static void search(float[][] bank, float[][] queries, NearestRows[] found) {
    try (var manager = Torch.newManager()) {
      for (var row = 0; row < bank.length; row += Rows.BLOCK) {
        try (var scratch = manager.newSubManager()) {
          var end = Math.min(row + Rows.BLOCK, bank.length);
          var block = Rows.load(bank, row, end, scratch).transpose(); // (D, rows)
          for (var query = 0; query < queries.length; query += QUERIES) {
            var asked = Math.min(QUERIES, queries.length - query);
            try (var q = Rows.load(queries, query, query + asked, scratch); // (asked, D)
                var cosines = q.matMul(block)) { // (asked, rows)
              offer(cosines, row, Arrays.copyOfRange(found, query, query + asked));
            }
          }
        }
      }
    }
  }

  private static void offer(NDArray cosines, int firstRow, NearestRows[] found) {
    var rows = Math.toIntExact(cosines.getShape().get(1));
    var values = cosines.toByteBuffer(true).asFloatBuffer();
    IntStream.range(0, found.length)
        .parallel()
        .forEach(i -> found[i].offer(values, i * rows, rows, firstRow));
  }
}
