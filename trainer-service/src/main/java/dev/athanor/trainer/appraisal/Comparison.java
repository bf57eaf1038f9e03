package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.spec.EvaluationMethod;
import dev.athanor.trainer.spec.LabelShare;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Evaluations side by side.
///
/// @param evaluations the columns
/// @param rows a method and a share of the labels each
record Comparison(List<Column> evaluations, List<Row> rows) {

  record Column(
      String id, AppraisalState state, String model, boolean random, String dataset, int version) {
    static Column of(Appraisal appraisal) {
      return new Column(
          appraisal.id(),
          appraisal.state(),
          appraisal.spec().model(),
          appraisal.spec().random(),
          appraisal.dataset().dataset(),
          appraisal.dataset().version());
    }

    /// As tables have it.
    String title() {
      return "%s%s on %s %d".formatted(random ? "random " : "", model, dataset, version);
    }
  }

  /// @param results one a column; null where an evaluation has none
  record Row(
      EvaluationMethod method,
      @Nullable Double fraction,
      @Nullable Integer perClass,
      List<@Nullable Result> results) {
    LabelShare share() {
      return new LabelShare(fraction, perClass);
    }
  }

  private record Line(EvaluationMethod method, LabelShare share) {}

  static Comparison of(List<Appraisal> appraisals) {
    var columns = appraisals.stream().map(one -> Result.of(one.spec(), one.cells())).toList();
    var lines = new LinkedHashSet<Line>();
    for (var method : EvaluationMethod.values()) {
      for (var results : columns) {
        results.stream()
            .filter(result -> result.method() == method)
            .forEach(result -> lines.add(new Line(method, result.share())));
      }
    }
    return new Comparison(
        appraisals.stream().map(Column::of).toList(),
        lines.stream().map(line -> row(line, columns)).toList());
  }

  private static Row row(Line line, List<List<Result>> columns) {
    var results = new ArrayList<@Nullable Result>();
    for (var column : columns) {
      results.add(
          column.stream()
              .filter(result -> result.isOf(line.method(), line.share()))
              .findFirst()
              .orElse(null));
    }
    return new Row(line.method(), line.share().fraction(), line.share().perClass(), results);
  }
}
