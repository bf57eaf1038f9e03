package dev.athanor.trainer.appraisal;

import dev.athanor.platform.error.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Finds the evaluations that a caller wants to see side by side.
@Component
class Compared {
  private static final int MOST = 50;

  private final Appraisals appraisals;

  Compared(Appraisals appraisals) {
    this.appraisals = appraisals;
  }

  /// @param ids of evaluations
  /// @param models names, with or without a version: the newest evaluation of each that succeeded
  List<Appraisal> find(@Nullable List<String> ids, @Nullable List<String> models) {
    var asked = ids == null ? models : ids;
    if (asked == null || asked.isEmpty() || (ids != null && models != null)) {
      throw Problem.badRequest("ids, models: %s (expected: one of them)".formatted(given(asked)));
    }
    if (asked.size() > MOST) {
      throw Problem.badRequest(
          "%s: %d (expected: <= %d)".formatted(ids == null ? "models" : "ids", asked.size(), MOST));
    }
    return asked.stream().map(ids == null ? this::newest : appraisals::get).toList();
  }

  private static String given(@Nullable List<String> asked) {
    return asked == null || asked.isEmpty() ? "none" : "both";
  }

  private Appraisal newest(String model) {
    var filter = new Appraisals.Filter(model, null, AppraisalState.SUCCEEDED);
    return appraisals.list(filter, null, 1).stream()
        .findFirst()
        .orElseThrow(
            () ->
                Problem.notFound(
                    "models: %s (expected: a model with an evaluation that succeeded)"
                        .formatted(Problem.quote(model))));
  }
}
