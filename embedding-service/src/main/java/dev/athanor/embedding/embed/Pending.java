package dev.athanor.embedding.embed;

import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.platform.connection.WaitingCaller;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A call that was admitted.
public final class Pending {
  private final EncoderVersion encoder;
  private final Call call;
  private final CompletableFuture<float[][]> vectors;

  /// @param vectors the call's, once all that it held was given back: whoever has them may call
  ///   again
  Pending(EncoderVersion encoder, Call call, CompletableFuture<float[][]> vectors) {
    this.encoder = encoder;
    this.call = call;
    this.vectors = vectors;
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
  /// @param gone asked every now and then while this thread waits, and when the inputs' turn has
  ///   come
  public float[][] await(BooleanSupplier gone) {
    try {
      WaitingCaller.await(vectors, gone, call::abandon, call::lookBeforeInference);
      return vectors.join();
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
    vectors.whenCompleteAsync(
        (rows, failure) -> then.accept(rows, failure == null ? null : problem(failure)),
        Thread::startVirtualThread);
  }

  /// Bytes of its vectors, once they are there.
  long vectorBytes() {
    return (long) call.inputs() * encoder.card().dimensions() * Float.BYTES;
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
