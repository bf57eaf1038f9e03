package dev.athanor.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Which failures are worth another attempt, and how long to wait before it.
///
/// A service that cannot be reached (`UNAVAILABLE`) may be there again soon, and one that is full
/// says when to come back. Nothing else is tried again: the same request would fail in the same
/// way, or its deadline has passed. Embedding changes nothing at the service, so that a request
/// which was carried out without our hearing of it may be sent twice.
///
/// @param attempts the most that one call makes; 1 is none but the first
/// @param first the wait before the second attempt, which doubles with each that follows
/// @param longest wait that doubling leads to; a service may ask for more
public record Retries(int attempts, Duration first, Duration longest) {
  /// Five attempts within about two seconds, if the service asks for no more.
  public static final Retries DEFAULT =
      new Retries(5, Duration.ofMillis(100), Duration.ofSeconds(2));

  public static final Retries NONE = new Retries(1, DEFAULT.first, DEFAULT.longest);

  private static final int MOST_DOUBLINGS = 30;

  public Retries {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts: %d (expected: >= 1)".formatted(attempts));
    }
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "first, longest: %s, %s (expected: 0 < first <= longest)".formatted(first, longest));
    }
  }

  /// How long to wait after a failed attempt, or nothing where it was the last.
  ///
  /// Between half of the doubled wait and all of it, so that callers who failed together do not
  /// come back together; on top of what the service asked for, where it did.
  ///
  /// @param attempt the one that failed, from 1 on
  Optional<Duration> after(int attempt, EmbeddingException failure, RandomGenerator random) {
    if (attempt >= attempts || !isWorthAnother(failure)) {
      return Optional.empty();
    }
    long full =
        Math.min(
            longest.toNanos(),
            first.multipliedBy(1L << Math.min(attempt - 1, MOST_DOUBLINGS)).toNanos());
    var wait = Duration.ofNanos(full / 2 + random.nextLong(full / 2 + 1));
    return Optional.of(wait.plus(failure.retryAfter().orElse(Duration.ZERO)));
  }

  /// gRPC itself calls a message that is too large `RESOURCE_EXHAUSTED`, which no wait makes
  /// smaller; the service's refusals say when to come back.
  private static boolean isWorthAnother(EmbeddingException failure) {
    return switch (failure.code()) {
      case Status.Code.UNAVAILABLE -> true;
      case Status.Code.RESOURCE_EXHAUSTED -> failure.retryAfter().isPresent();
      default -> false;
    };
  }
}
