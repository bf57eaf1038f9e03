package dev.athanor.platform.connection;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks, in one thread for all, whether those who wait for answers are still there: to wake each
/// one's own thread for that costs many times the look.
final class Lookout {
  private static final Logger log = LoggerFactory.getLogger(Lookout.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final Set<Watch> watches = ConcurrentHashMap.newKeySet();

  static {
    Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("lookout").daemon().factory())
        .scheduleWithFixedDelay(
            () -> watches.forEach(Watch::look),
            BETWEEN_LOOKS.toMillis(),
            BETWEEN_LOOKS.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private Lookout() {}

  /// @param gone whether the caller has hung up
  /// @param giveUp what is then done, perhaps more than once
  static Watch watch(BooleanSupplier gone, Runnable giveUp) {
    var watch = new Watch(gone, giveUp);
    watches.add(watch);
    return watch;
  }

  /// No look is under way any more once it is closed, so that the caller's connection is the
  /// request's own again.
  static final class Watch implements AutoCloseable {
    private final BooleanSupplier gone;
    private final Runnable giveUp;
    private boolean closed;

    private Watch(BooleanSupplier gone, Runnable giveUp) {
      this.gone = gone;
      this.giveUp = giveUp;
    }

    /// At once; does nothing once it is closed.
    synchronized void look() {
      try {
        if (!closed && gone.getAsBoolean()) {
          giveUp.run();
        }
      } catch (RuntimeException | Error failure) {
        // Beyond here any of them would end the looks at everybody.
        log.error("a connection could not be looked at", failure);
      }
    }

    @Override
    public void close() {
      watches.remove(this);
      synchronized (this) {
        closed = true;
      }
    }
  }
}
