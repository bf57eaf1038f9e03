package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.spec.ClassifierBudget;
import dev.athanor.trainer.spec.EvaluationMethod;
import dev.athanor.trainer.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Evaluations as tables to put into documents and spreadsheets.
final class Tables {
  static final String MARKDOWN = "text/markdown";
  static final String CSV = "text/csv";

  private static final List<String> COLUMNS =
      List.of(
          "evaluation",
          "model",
          "random",
          "dataset",
          "dataset_version",
          "method",
          "fraction",
          "per_class",
          "labels",
          "seeds",
          "accuracy",
          "std",
          "seconds",
          "epochs",
          "steps",
          "batch",
          "k",
          "temperature",
          "learning_rate",
          "weight_decay",
          "penalties");

  private Tables() {}

  static String markdown(Appraisal appraisal) {
    var rows =
        Result.of(appraisal.spec(), appraisal.cells()).stream()
            .map(
                result ->
                    List.of(
                        method(result, appraisal),
                        "%s (%d)".formatted(result.share(), result.labels()),
                        Integer.toString(result.seeds()),
                        accuracy(result),
                        number(result.seconds(), 1)))
            .toList();
    return """
        # %s

        %s
        Accuracy on the whole test split in %%, mean ± standard deviation over the seeds; \
        penalties of linear-probe and tf-idf are chosen on held-out training labels.
        """
        .formatted(
            Comparison.Column.of(appraisal).title(),
            new Table(List.of("Method", "Labels", "Seeds", "Accuracy", "Seconds"), rows)
                .markdown());
  }

  private static String method(Result result, Appraisal appraisal) {
    var spec = appraisal.spec();
    return switch (result.method()) {
      case KNN -> "knn, k %d, temperature %s".formatted(spec.knn().k(), spec.knn().temperature());
      case LINEAR_PROBE, TF_IDF -> result.method().toString();
      case FINE_TUNE -> training(result, spec.fineTune());
      case FROM_SCRATCH -> training(result, spec.fromScratch());
    };
  }

  private static String training(Result result, ClassifierBudget budget) {
    var training = Objects.requireNonNull(result.training());
    return "%s, %d epochs, %d steps of %d, AdamW %s"
        .formatted(
            result.method(),
            training.epochs(),
            training.steps(),
            training.batch(),
            budget.learningRate());
  }

  /// One column an evaluation.
  static String markdown(Comparison comparison) {
    var headings = new ArrayList<>(List.of("Method", "Labels"));
    comparison.evaluations().forEach(evaluation -> headings.add(evaluation.title()));
    var rows = new ArrayList<List<String>>();
    for (var row : comparison.rows()) {
      var cells = new ArrayList<>(List.of(row.title(), row.share().toString()));
      row.results().forEach(result -> cells.add(accuracy(result)));
      rows.add(cells);
    }
    return new Table(headings, rows).markdown();
  }

  private static String accuracy(@Nullable Result result) {
    if (result == null) {
      return "–";
    }
    var mean = number(100 * result.accuracy(), 2);
    return result.std() == null ? mean : mean + " ± " + number(100 * result.std(), 2);
  }

  /// One line a result, those of all evaluations below each other.
  static String csv(List<Appraisal> appraisals) {
    var rows = new ArrayList<List<String>>();
    for (var appraisal : appraisals) {
      Result.of(appraisal.spec(), appraisal.cells())
          .forEach(result -> rows.add(row(appraisal, result)));
    }
    return new Table(COLUMNS, rows).csv();
  }

  private static List<String> row(Appraisal appraisal, Result result) {
    var training = result.training();
    var values = new ArrayList<@Nullable Object>();
    values.add(appraisal.id());
    values.add(appraisal.spec().model());
    values.add(appraisal.spec().random());
    values.add(appraisal.dataset().dataset());
    values.add(appraisal.dataset().version());
    values.add(result.method());
    values.add(result.fraction());
    values.add(result.perClass());
    values.add(result.labels());
    values.add(result.seeds());
    values.add(result.accuracy());
    values.add(result.std());
    values.add(number(result.seconds(), 3));
    values.add(training == null ? null : training.epochs());
    values.add(training == null ? null : training.steps());
    values.add(training == null ? null : training.batch());
    var knn = result.method() == EvaluationMethod.KNN ? appraisal.spec().knn() : null;
    values.add(knn == null ? null : knn.k());
    values.add(knn == null ? null : knn.temperature());
    var budget = budget(appraisal, result);
    values.add(budget == null ? null : budget.learningRate());
    values.add(budget == null ? null : budget.weightDecay());
    values.add(penalties(appraisal, result));
    return values.stream().map(value -> value == null ? "" : value.toString()).toList();
  }

  private static @Nullable ClassifierBudget budget(Appraisal appraisal, Result result) {
    return switch (result.method()) {
      case KNN, LINEAR_PROBE, TF_IDF -> null;
      case FINE_TUNE -> appraisal.spec().fineTune();
      case FROM_SCRATCH -> appraisal.spec().fromScratch();
    };
  }

  /// Those that the seeds chose, in their order.
  private static String penalties(Appraisal appraisal, Result result) {
    return appraisal.cells().stream()
        .filter(cell -> cell.method() == result.method() && cell.share().equals(result.share()))
        .map(Cell::penalty)
        .filter(Objects::nonNull)
        .map(String::valueOf)
        .collect(Collectors.joining(" "));
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
