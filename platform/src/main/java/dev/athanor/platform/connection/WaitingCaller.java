package dev.athanor.platform.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A caller whose request's thread waits for an answer that is made elsewhere.
public final class WaitingCaller {
  /// When the thread first looks whether its caller is still there, and how long it waits at most
  /// until the next look: each time twice as long.
  private static final Duration FIRST_LOOK = Duration.ofMillis(50);

  private static final Duration LAST_LOOK = Duration.ofMillis(200);

  private WaitingCaller() {}

  /// Waits until `answer` is complete, in whatever way.
  ///
  /// @param gone whether the caller has hung up, asked now and then by this thread
  /// @param giveUp what then completes the answer; may be called more than once
  public static void await(CompletableFuture<?> answer, BooleanSupplier gone, Runnable giveUp)
      throws InterruptedException {
    var answered = new CountDownLatch(1);
    answer.whenComplete((_, _) -> answered.countDown());
    long look = FIRST_LOOK.toMillis();
    while (!answered.await(look, TimeUnit.MILLISECONDS)) {
      if (gone.getAsBoolean()) {
        giveUp.run();
      }
      look = Math.min(2 * look, LAST_LOOK.toMillis());
    }
  }
}
