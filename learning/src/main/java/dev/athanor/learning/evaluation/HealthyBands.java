package dev.athanor.learning.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where [CollapseFigures] lie while embeddings still tell their inputs apart. The bands are wide:
/// what leaves one has collapsed, or is close to it, and no loss says so.
public final class HealthyBands {

  /// Collapsed embeddings have some hundredths; a network before its first step has 0.15.
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

  /// The band of each figure that there is, by the figure's name.
  ///
  /// @param embeddings that the figures are of
  /// @param dimensions of these
  public static SortedMap<String, HealthyBand> of(
      CollapseFigures figures, int embeddings, int dimensions) {
    var bands = new TreeMap<String, HealthyBand>();
    figures.byName().keySet().forEach(name -> bands.put(name, of(name, embeddings, dimensions)));
    return bands;
  }

  private static HealthyBand of(String figure, int embeddings, int dimensions) {
    return switch (figure) {
      case "std" -> HealthyBand.atLeast(LEAST_STD);
      case "rankme" -> HealthyBand.atLeast(leastRank(embeddings, dimensions));
      case "alignment" -> HealthyBand.atMost(MOST_ALIGNMENT);
      case "uniformity" -> HealthyBand.atMost(MOST_UNIFORMITY);
      default -> throw new IllegalArgumentException("figure: " + figure);
    };
  }

  /// Each figure outside its band, as `std: 0.024 (expected: >= 0.2)`; none where all are healthy.
  ///
  /// @param embeddings that the figures are of
  /// @param dimensions of these
  public static List<String> breaches(CollapseFigures figures, int embeddings, int dimensions) {
    var breaches = new ArrayList<String>();
    figures
        .byName()
        .forEach(
            (name, value) -> {
              var band = of(name, embeddings, dimensions);
              if (!band.holds(value)) {
                breaches.add(name + ": " + band.breachedBy(value));
              }
            });
    return List.copyOf(breaches);
  }
}
