package dev.athanor.embedding.batching;

import dev.athanor.embedding.encoder.Prepared;
import dev.athanor.embedding.encoder.Tried;
import java.time.Duration;

/// What forward passes of each model have taken lately, or, where there was none yet, the one when
/// it was loaded. Safe for many threads.
public final class Costs {
  /// What a pass is to take at most, where one input alone does not take more.
  private static final Duration LONGEST_PASS = Duration.ofMillis(500);

  /// So many of its full passes on each thread may be waited for, however slow a model is: the one
  /// under way, and one that is full when that ends.
  private static final int PASSES = 2;

  /// Of what was known when a pass comes to it.
  private static final double KEPT = 0.9;

  /// So many images the one of the load's pass counts as: the first passes of a young process take
  /// many times what later ones do, and by them alone most callers would be refused.
  private static final int TRIED = 32;

  private final Recent<Cost> costs = new Recent<>();

  /// Of texts, nanoseconds of one unit of cost when the model was loaded.
  private final Recent<Double> tried = new Recent<>();

  /// Sums that fade: large passes weigh more than small ones, late ones more than early ones.
  ///
  /// @param limit units of a batch
  private record Cost(int limit, double nanos, double inputs, double units) {
    Cost and(int newLimit, long took, int count, int cost) {
      return new Cost(newLimit, KEPT * nanos + took, KEPT * inputs + count, KEPT * units + cost);
    }

    double unit() {
      return nanos / units;
    }

    double fullPass() {
      return most(unit(), limit) * unit();
    }
  }

  private final Duration maxWait;

  /// @param maxWait for which passes are to be waited, unless full ones take longer
  Costs(Duration maxWait) {
    this.maxWait = maxWait;
  }

  /// An encoder is in memory.
  ///
  /// @param limit units of a batch
  public synchronized void tried(String model, int limit, Tried pass) {
    switch (pass.input()) {
      case Prepared.Pixels _ ->
          costs.putIfAbsent(model, new Cost(limit, TRIED * (double) pass.nanos(), TRIED, TRIED));
      case Prepared.Tokens tokens ->
          tried.put(model, (double) pass.nanos() / LengthBuckets.cost(tokens));
    }
  }

  /// A forward pass is over.
  ///
  /// @param limit units of a batch
  /// @param units of cost of all its inputs
  synchronized void passed(String model, int limit, int inputs, int units, long nanos) {
    costs.merge(
        model,
        new Cost(limit, nanos, inputs, units),
        (before, _) -> before.and(limit, nanos, inputs, units));
  }

  /// What one input counts for of the time that may be waited for, in nanoseconds; 0 where no pass
  /// was seen yet. That is what it takes, or less, where full passes take longer than may be waited
  /// for: in proportion.
  public synchronized long ofInput(String model) {
    var cost = costs.get(model);
    return cost == null ? 0 : counted(cost);
  }

  /// The same of the model whose inputs count for least; 0 where no pass was seen yet.
  public synchronized long ofCheapestInput() {
    return costs.values().stream().mapToLong(this::counted).min().orElse(0);
  }

  private long counted(Cost cost) {
    double passes = PASSES * cost.fullPass();
    return Math.round(cost.nanos() / cost.inputs() * Math.min(1, maxWait.toNanos() / passes));
  }

  /// Nanoseconds of one unit of cost; 0 where no pass was seen yet, not even at a load.
  synchronized double ofUnit(String model) {
    var cost = costs.get(model);
    return cost == null ? tried.getOrDefault(model, 0.0) : cost.unit();
  }

  /// Units of cost of a batch.
  ///
  /// @param unit nanoseconds of one, 0 where that is not known
  /// @param limit of them, however little they take
  static int most(double unit, int limit) {
    return unit == 0 ? limit : (int) Math.clamp(LONGEST_PASS.toNanos() / unit, 1, limit);
  }
}
