package dev.athanor.learning.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where [CollapseFigures] lie while embeddings still tell their inputs apart. The bands are wide:
/// what leaves one has collapsed, or is close to it, and no loss says so.
public final class HealthyBands {

  /// Collapsed embeddings have some hundredths; a network before its first step has 0.12.
  public static final double LEAST_STD = 0.2;

  /// The part of the dimensions beyond the first that are used at least, of those that can be.
  public static final double LEAST_RANK_PART = 0.02;

  /// Strangers are 2 apart in the mean: views of one input must be nearer.
  public static final double MOST_ALIGNMENT = 1.6;

  /// 0 when all embeddings are equal.
  public static final double MOST_UNIFORMITY = -0.1;

  private HealthyBands() {}

  /// RankMe of so many embeddings of `dimensions` that is healthy at least. They cannot use more
  /// dimensions than they are.
  public static double leastRank(int embeddings, int dimensions) {
    return 1 + LEAST_RANK_PART * (Math.min(embeddings, dimensions) - 1);
  }

  /// Each figure outside its band, as `std: 0.024 (expected: >= 0.2)`; none where all are healthy.
  ///
  /// @param embeddings that the figures are of
  /// @param dimensions of these
  public static List<String> breaches(CollapseFigures figures, int embeddings, int dimensions) {
    var breaches = new ArrayList<String>();
    atLeast(breaches, "std", figures.std(), LEAST_STD);
    atLeast(breaches, "rankme", figures.rankMe(), leastRank(embeddings, dimensions));
    atMost(breaches, "alignment", figures.alignment(), MOST_ALIGNMENT);
    atMost(breaches, "uniformity", figures.uniformity(), MOST_UNIFORMITY);
    return List.copyOf(breaches);
  }

  /// A figure that is no number is as bad as one outside.
  private static void atLeast(List<String> breaches, String name, double value, double least) {
    if (!(value >= least)) {
      breaches.add("%s: %s (expected: >= %s)".formatted(name, rounded(value), rounded(least)));
    }
  }

  private static void atMost(
      List<String> breaches, String name, @Nullable Double value, double most) {
    if (value != null && !(value <= most)) {
      breaches.add("%s: %s (expected: <= %s)".formatted(name, rounded(value), rounded(most)));
    }
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
