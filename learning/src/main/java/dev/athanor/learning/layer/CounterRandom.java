package dev.athanor.learning.layer;

import java.nio.charset.StandardCharsets;

/// Random numbers without state: the i-th number is a function of seed, name and i alone, so the
/// order in which they are drawn does not matter. The mixing function is SplitMix64's, Steele et
/// al. 2014, https://doi.org/10.1145/2660193.2660195.
public final class CounterRandom {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  private final long key;

  public CounterRandom(long seed, String name) {
    var mixed = mix(seed + GOLDEN);
    for (var b : name.getBytes(StandardCharsets.UTF_8)) {
      mixed = mix((mixed ^ b) + GOLDEN);
    }
    this.key = mixed;
  }

  /// Uniform in [0, 1).
  public double uniform(long i) {
    return (bits(i) >>> 11) * UNIT;
  }

  /// Standard normal, by the Box–Muller transform of two uniform numbers of its own.
  public double normal(long i) {
    // StrictMath: the same bits on every machine.
    var radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(2 * i)));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform(2 * i + 1));
  }

  private long bits(long i) {
    return mix(key + GOLDEN * (i + 1));
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
