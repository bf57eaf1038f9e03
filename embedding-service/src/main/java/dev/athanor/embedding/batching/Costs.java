package dev.athanor.embedding.batching;

import dev.athanor.embedding.encoder.Prepared;
import dev.athanor.embedding.encoder.Tried;

/// What forward passes of each model have taken lately, or, where there was none yet, the one when
/// it was loaded. Safe for many threads.
public final class Costs {
  /// Of what was known when a pass comes to it.
  private static final double KEPT = 0.9;

  /// So many images the one of the load's pass counts as: the first passes of a young process take
  /// many times what later ones do, and by them alone most callers would be refused.
  private static final int TRIED = 32;

  private final Recent<Cost> costs = new Recent<>();

  /// Of texts, nanoseconds of one unit of cost when the model was loaded.
  private final Recent<Double> tried = new Recent<>();

  /// Sums that fade: large passes weigh more than small ones, late ones more than early ones.
  private record Cost(double nanos, double inputs, double units) {
    Cost and(long took, int count, int cost) {
      return new Cost(KEPT * nanos + took, KEPT * inputs + count, KEPT * units + cost);
    }
  }

  /// An encoder is in memory.
  public synchronized void tried(String model, Tried pass) {
    switch (pass.input()) {
      case Prepared.Pixels _ ->
          costs.putIfAbsent(model, new Cost(TRIED * (double) pass.nanos(), TRIED, TRIED));
      case Prepared.Tokens tokens ->
          tried.put(model, (double) pass.nanos() / LengthBuckets.cost(tokens));
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

  /// Nanoseconds of one unit of cost; 0 where no pass was seen yet, not even at a load.
  synchronized double ofUnit(String model) {
    var cost = costs.get(model);
    return cost == null ? tried.getOrDefault(model, 0.0) : cost.nanos() / cost.units();
  }
}
