package dev.athanor.embedding.embed;

import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A call that was admitted.
public final class Pending {
  /// When a waiting thread first looks whether its caller is still there, and how long it waits at
  /// most until the next look: each time twice as long.
  private static final Duration FIRST_LOOK = Duration.ofMillis(50);

  private static final Duration LAST_LOOK = Duration.ofMillis(200);

  private final EncoderVersion encoder;
  private final Call call;

  Pending(EncoderVersion encoder, Call call) {
    this.encoder = encoder;
    this.call = call;
  }

  /// The version that answers.
  public EncoderVersion encoder() {
    return encoder;
  }

  /// Tokens that were embedded, with what the tokenizer put around texts; 0 of images. Known when
  /// the vectors are there.
  public int tokens() {
    return call.tokens();
  }

  /// Waits for the vectors, (N, D), and gives the call up when the caller has gone.
  ///
  /// @param gone asked every now and then, by this thread
  public float[][] await(BooleanSupplier gone) {
    var answered = new CountDownLatch(1);
    call.vectors().whenComplete((_, _) -> answered.countDown());
    try {
      long look = FIRST_LOOK.toMillis();
      while (!answered.await(look, TimeUnit.MILLISECONDS)) {
        if (gone.getAsBoolean()) {
          call.abandon();
        }
        look = Math.min(2 * look, LAST_LOOK.toMillis());
      }
      return call.vectors().join();
    } catch (CompletionException | CancellationException failure) {
      throw problem(failure);
    } catch (InterruptedException stopping) {
      call.abandon();
      Thread.currentThread().interrupt();
      throw Problem.of(Kind.UNAVAILABLE, "the service is stopping", stopping);
    }
  }

  /// Calls `then` with the vectors or the problem, in a thread that may take its time.
  public void then(BiConsumer<float @Nullable [][], @Nullable Problem> then) {
    call.vectors()
        .whenCompleteAsync(
            (rows, failure) -> then.accept(rows, failure == null ? null : problem(failure)),
            Thread::startVirtualThread);
  }

  /// The caller has gone.
  public void abandon() {
    call.abandon();
  }

  /// The caller's deadline has passed.
  public void expire() {
    call.expire();
  }

  static Problem problem(Throwable failure) {
    return switch (failure) {
      case Problem problem -> problem;
      case TimeoutException late ->
          Problem.of(Kind.DEADLINE, "deadline: it passed before the vectors were there", late);
      case CancellationException gone ->
          Problem.of(Kind.BAD_REQUEST, "connection: closed before the answer", gone);
      case CompletionException wrapped when wrapped.getCause() != null ->
          problem(wrapped.getCause());
      default ->
          Problem.of(Kind.INTERNAL, "the service failed on this call; its log says why", failure);
    };
  }
}
