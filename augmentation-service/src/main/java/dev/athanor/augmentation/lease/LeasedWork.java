package dev.athanor.augmentation.lease;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One kind of long work: it is claimed, done under a lease, and where it fails tried again or
/// given up.
///
/// @param name of a piece of work, for the log
/// @param lease how long a claim is held without word of its holder
/// @param attempts after which the work has failed
/// @param work throws a [Problem] where another attempt would fail in the same way
/// @param fail writes that the work has failed, and why
public record LeasedWork<C extends Claimed>(
    LeasedRows<C> rows,
    Function<C, String> name,
    Duration lease,
    int attempts,
    Work<C> work,
    BiConsumer<C, String> fail) {
  private static final Logger log = LoggerFactory.getLogger(LeasedWork.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /// Does what a claim is for.
  @FunctionalInterface
  public interface Work<C> {
    void run(C claim, Lease lease) throws IOException;
  }

  /// Does one piece, if there is one that nobody else does.
  ///
  /// @param stopping whether a failure is only the service's stop
  /// @return false where there was nothing to do
  boolean next(BooleanSupplier stopping) {
    var claimed = rows.claim(lease);
    claimed.ifPresent(claim -> attempt(claim, stopping));
    return claimed.isPresent();
  }

  private void attempt(C claim, BooleanSupplier stopping) {
    var what = name.apply(claim);
    log.info("{}: attempt {}", what, claim.attempt());
    if (claim.attempt() > attempts) {
      fail(claim, "gave up: %d attempts ended with their process".formatted(attempts));
      return;
    }
    try (var held =
        new Lease(what, (samples, bytes) -> rows.renew(claim, lease, samples, bytes), lease)) {
      try {
        work.run(claim, held);
      } catch (Lease.Lost lost) {
        log.warn("{}: {}", what, lost.getMessage());
      } catch (Problem problem) {
        fail(claim, problem.getMessage());
      } catch (RuntimeException | IOException | Error failure) {
        tryAgain(claim, failure, stopping);
      }
    }
  }

  private void tryAgain(C claim, Throwable failure, BooleanSupplier stopping) {
    if (stopping.getAsBoolean()) {
      // The interrupt has done its work; the database would take it for its own.
      var ignored = Thread.interrupted();
      rows.handBack(claim);
      return;
    }
    log.warn("{}: attempt failed", name.apply(claim), failure);
    if (claim.attempt() >= attempts) {
      // An error's message alone says little, and seldom is for people: "Java heap space".
      var reason = failure instanceof Error ? failure.toString() : failure.getMessage();
      fail(claim, "gave up after %d attempts: %s".formatted(claim.attempt(), reason));
    } else {
      rows.release(claim, PAUSE);
    }
  }

  private void fail(C claim, String reason) {
    log.warn("{}: failed: {}", name.apply(claim), reason);
    fail.accept(claim, reason);
  }
}
