package dev.athanor.embedding.batching;

/// What forward passes of each model have taken lately. Safe for many threads.
public final class Costs {
  /// Of what was known when a pass comes to it.
  private static final double KEPT = 0.9;

  private final Recent<Cost> costs = new Recent<>();

  /// Sums that fade: large passes weigh more than small ones, late ones more than early ones.
  private record Cost(double nanos, double inputs, double units) {
    Cost and(long took, int count, int cost) {
      return new Cost(KEPT * nanos + took, KEPT * inputs + count, KEPT * units + cost);
    }
  }

  /// A forward pass is over.
  ///
  /// @param units of cost of all its inputs
  synchronized void passed(String model, int inputs, int units, long nanos) {
    costs.merge(
        model, new Cost(nanos, inputs, units), (before, _) -> before.and(nanos, inputs, units));
  }

  /// Nanoseconds of one input; 0 where no pass was seen yet.
  public synchronized long ofInput(String model) {
    var cost = costs.get(model);
    return cost == null ? 0 : Math.round(cost.nanos() / cost.inputs());
  }

  /// Nanoseconds of one input of the model whose inputs take least; 0 where no pass was seen yet.
  public synchronized long ofCheapestInput() {
    return Math.round(
        costs.values().stream().mapToDouble(cost -> cost.nanos() / cost.inputs()).min().orElse(0));
  }

  /// Nanoseconds of one unit of cost; 0 where no pass was seen yet.
  synchronized double ofUnit(String model) {
    var cost = costs.get(model);
    return cost == null ? 0 : cost.nanos() / cost.units();
  }
}
