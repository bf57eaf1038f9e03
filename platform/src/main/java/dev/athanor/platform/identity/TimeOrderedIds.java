package dev.athanor.platform.identity;

import java.time.Clock;
import java.util.random.RandomGenerator;

/// 48 bits of milliseconds and 80 random bits, in Crockford's base 32 (the layout of a ULID), in
/// lower case.
public final class TimeOrderedIds implements IdSource {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

  private final Clock clock;
  private final RandomGenerator random;

  public TimeOrderedIds(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  @Override
  public synchronized String next() {
    var id = new char[26];
    long time = clock.millis();
    for (int i = 9; i >= 0; i--, time >>>= 5) {
      id[i] = DIGITS.charAt((int) (time & 31));
    }
    for (int i = 10; i < 26; i++) {
      id[i] = DIGITS.charAt(random.nextInt(32));
    }
    return new String(id);
  }
}
