package dev.athanor.platform.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A caller whose request's thread waits for an answer that is made elsewhere.
public final class WaitingCaller {
  private WaitingCaller() {}

  /// Waits until `answer` is complete, in whatever way.
  ///
  /// @param gone whether the caller has hung up, asked now and then by a thread that looks after
  ///   all of them, and by none once this has returned; it may not wait
  /// @param giveUp what then completes the answer; may be called more than once, and may not wait
  public static void await(CompletableFuture<?> answer, BooleanSupplier gone, Runnable giveUp)
      throws InterruptedException {
    await(answer, gone, giveUp, _ -> {});
  }

  /// The same.
  ///
  /// @param looks told how to look at once, in whatever thread: for a moment before something is
  ///   done that the answer needs
  public static void await(
      CompletableFuture<?> answer, BooleanSupplier gone, Runnable giveUp, Consumer<Runnable> looks)
      throws InterruptedException {
    var answered = new CountDownLatch(1);
    answer.whenComplete((_, _) -> answered.countDown());
    try (var watch = Lookout.watch(gone, giveUp)) {
      looks.accept(watch::look);
      answered.await();
    }
  }
}
