package dev.athanor.trainer.sweep;

import dev.athanor.platform.error.Problem;

/// A figure that cells are compared by.
///
/// @param name as it stands in a run's figures, `table.<encoder>.<method>.<fraction>` for a line of
///   its table, or [#LOSS]
/// @param descending whether more is better
record Metric(String name, boolean descending) {
  /// Of the training steps, which every run has.
  static final String LOSS = "loss";

  private static final String OF_TABLE = "table.";

  /// @param order `asc` or `desc`
  static Metric of(String name, String order) {
    if (!order.equals("asc") && !order.equals("desc")) {
      throw Problem.badRequest("order: %s (expected: asc or desc)".formatted(Problem.quote(order)));
    }
    return new Metric(name, order.equals("desc"));
  }

  boolean isLoss() {
    return name.equals(LOSS);
  }

  boolean isOfTable() {
    return name.startsWith(OF_TABLE);
  }
}
