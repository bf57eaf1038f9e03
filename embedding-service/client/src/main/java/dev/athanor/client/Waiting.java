package dev.athanor.client;

import io.grpc.Status;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// How a thread waits for an answer.
final class Waiting {
  private Waiting() {}

  /// The answer, or the [EmbeddingException] that came instead. A thread that is interrupted hangs
  /// up.
  static <A> A on(CompletableFuture<A> answer) {
    try {
      return answer.get();
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof EmbeddingException problem
          ? problem
          : EmbeddingException.of(failure.getCause() == null ? failure : failure.getCause());
    } catch (CancellationException cancelled) {
      throw EmbeddingException.of(Status.Code.CANCELLED, "cancelled", cancelled);
    } catch (InterruptedException stopping) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw EmbeddingException.of(Status.Code.CANCELLED, "interrupted", stopping);
    }
  }
}
