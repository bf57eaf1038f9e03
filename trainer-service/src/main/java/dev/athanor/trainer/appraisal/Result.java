package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.spec.AppraisalSpec;
import dev.athanor.trainer.spec.EvaluationMethod;
import dev.athanor.trainer.spec.LabelShare;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// The cells of one method and one share of the labels, over their seeds.
///
/// @param labels how many the share is
/// @param seeds that are done
/// @param accuracy their mean, 0..1
/// @param std their standard deviation (with n - 1); null for one seed
/// @param seconds of all together
/// @param training how long each network was trained; null for frozen features
record Result(
    EvaluationMethod method,
    @Nullable Double fraction,
    @Nullable Integer perClass,
    int labels,
    int seeds,
    double accuracy,
    @Nullable Double std,
    double seconds,
    Cell.@Nullable Training training) {

  /// In the order of the spec; what has no cell yet is left out.
  static List<Result> of(AppraisalSpec spec, List<Cell> cells) {
    var results = new ArrayList<Result>();
    for (var method : EvaluationMethod.values()) {
      for (var share : spec.shares()) {
        var own =
            cells.stream()
                .filter(cell -> cell.method() == method && cell.share().equals(share))
                .toList();
        if (!own.isEmpty()) {
          results.add(of(share, own));
        }
      }
    }
    return results;
  }

  private static Result of(LabelShare share, List<Cell> cells) {
    var first = cells.getFirst();
    double mean = accuracies(cells).average().orElseThrow();
    return new Result(
        first.method(),
        share.fraction(),
        share.perClass(),
        first.labels(),
        cells.size(),
        mean,
        cells.size() == 1 ? null : std(cells, mean),
        cells.stream().mapToDouble(Cell::seconds).sum(),
        first.training());
  }

  private static double std(List<Cell> cells, double mean) {
    double squares = accuracies(cells).map(one -> (one - mean) * (one - mean)).sum();
    return Math.sqrt(squares / (cells.size() - 1));
  }

  private static DoubleStream accuracies(List<Cell> cells) {
    return cells.stream().mapToDouble(Cell::accuracy);
  }

  LabelShare share() {
    return new LabelShare(fraction, perClass);
  }
}
