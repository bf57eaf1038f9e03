package dev.athanor.trainer.sweep;

import dev.athanor.trainer.run.Progress;
import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.run.RunState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A sweep as callers see it.
///
/// @param grid fields, each with its values
/// @param runs how many are in each state
record SweepDocument(
    String id,
    String name,
    SweepState state,
    Instant createdAt,
    Map<String, List<Object>> grid,
    Map<RunState, Integer> runs,
    List<Cell> cells) {

  /// @param cell its number, from 0
  /// @param values of the grid's fields
  /// @param run its id
  /// @param metrics the newest figures, and the lines of the table
  /// @param score of the metric that was asked for; null where none was
  record Cell(
      int cell,
      Map<String, Object> values,
      String run,
      RunState state,
      @Nullable String reason,
      @Nullable Progress progress,
      Map<String, Double> metrics,
      @Nullable Score score) {

    static Cell of(int number, Map<String, Object> values, Run run, @Nullable Score score) {
      return new Cell(
          number,
          values,
          run.id(),
          run.state(),
          run.reason(),
          run.progress(),
          run.metrics(),
          score);
    }
  }
}
