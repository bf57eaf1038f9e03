package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.spec.AppraisalSpec;
import dev.athanor.trainer.spec.ClassifierBudget;
import dev.athanor.trainer.spec.EvaluationMethod;
import dev.athanor.trainer.spec.LabelShare;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Evaluations side by side.
///
/// @param evaluations the columns
/// @param rows a method and a share of the labels each, and settings of the method
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

  /// @param settings of the method, such as `k 200, temperature 0.5`; null where those of all
  ///   evaluations are the same
  /// @param results one a column; null where an evaluation has none
  record Row(
      EvaluationMethod method,
      @Nullable String settings,
      @Nullable Double fraction,
      @Nullable Integer perClass,
      List<@Nullable Result> results) {
    LabelShare share() {
      return new LabelShare(fraction, perClass);
    }

    /// As tables have it.
    String title() {
      return settings == null ? method.toString() : "%s (%s)".formatted(method, settings);
    }
  }

  private record Line(EvaluationMethod method, @Nullable String settings, LabelShare share) {}

  static Comparison of(List<Appraisal> appraisals) {
    var lines = new LinkedHashSet<Line>();
    for (var method : EvaluationMethod.values()) {
      var settings = settings(appraisals, method);
      for (int column = 0; column < appraisals.size(); column++) {
        for (var result : results(appraisals.get(column), method)) {
          lines.add(new Line(method, settings.get(column), result.share()));
        }
      }
    }
    return new Comparison(
        appraisals.stream().map(Column::of).toList(),
        lines.stream().map(line -> row(line, appraisals)).toList());
  }

  private static List<Result> results(Appraisal appraisal, EvaluationMethod method) {
    return Result.of(appraisal.spec(), appraisal.cells()).stream()
        .filter(result -> result.method() == method)
        .toList();
  }

  /// Of each evaluation; all null where those that have results of the method agree.
  private static List<@Nullable String> settings(
      List<Appraisal> appraisals, EvaluationMethod method) {
    var settings = new ArrayList<@Nullable String>();
    var different = new HashSet<String>();
    for (var appraisal : appraisals) {
      var own = settings(appraisal.spec(), method);
      settings.add(own);
      if (own != null && !results(appraisal, method).isEmpty()) {
        different.add(own);
      }
    }
    if (different.size() < 2) {
      settings.replaceAll(_ -> null);
    }
    return settings;
  }

  /// Null for a method that has none.
  private static @Nullable String settings(AppraisalSpec spec, EvaluationMethod method) {
    return switch (method) {
      case KNN -> "k %d, temperature %s".formatted(spec.knn().k(), spec.knn().temperature());
      case LINEAR_PROBE, TF_IDF -> null;
      case FINE_TUNE -> settings(spec.fineTune());
      case FROM_SCRATCH -> settings(spec.fromScratch());
    };
  }

  private static String settings(ClassifierBudget budget) {
    return "%d epochs, %d samples, batch %d, learning rate %s, weight decay %s"
        .formatted(
            budget.epochs(),
            budget.samples(),
            budget.batch(),
            budget.learningRate(),
            budget.weightDecay());
  }

  private static Row row(Line line, List<Appraisal> appraisals) {
    var settings = settings(appraisals, line.method());
    var results = new ArrayList<@Nullable Result>();
    for (int column = 0; column < appraisals.size(); column++) {
      results.add(
          Objects.equals(settings.get(column), line.settings())
              ? results(appraisals.get(column), line.method()).stream()
                  .filter(result -> result.share().equals(line.share()))
                  .findFirst()
                  .orElse(null)
              : null);
    }
    return new Row(
        line.method(), line.settings(), line.share().fraction(), line.share().perClass(), results);
  }
}
