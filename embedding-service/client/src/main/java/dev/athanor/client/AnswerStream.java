package dev.athanor.client;

import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbedResponse;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The answers to a stream of requests, in their order. A request is taken from its source only
/// when fewer than a window of them wait for their answers, so that neither side's memory fills,
/// however long the stream; and nothing is sent before somebody asks for an answer.
final class AnswerStream implements Iterator<Embeddings>, AutoCloseable {
  /// Requests under way, as many as the service works on at once.
  private static final int WINDOW = 8;

  private final BlockingClientCall<EmbedRequest, EmbedResponse> call;
  private final Iterator<EmbedRequest> requests;
  private final Duration patience;
  private int waiting;
  private boolean sending = true;
  private @Nullable Embeddings next;

  AnswerStream(Connection connection, Iterator<EmbedRequest> requests) {
    this.call =
        ClientCalls.blockingBidiStreamingCall(
            connection.channel(), EmbeddingServiceGrpc.getEmbedStreamMethod(), CallOptions.DEFAULT);
    this.requests = requests;
    this.patience = connection.patience();
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = advance();
    }
    return next != null;
  }

  @Override
  public Embeddings next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    var answer = Objects.requireNonNull(next);
    next = null;
    return answer;
  }

  private @Nullable Embeddings advance() {
    try {
      send();
      if (waiting == 0) {
        return null;
      }
      var answer = call.read(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (answer == null) {
        throw EmbeddingException.of(
            Status.Code.UNAVAILABLE, "the service ended the stream before its last answer", null);
      }
      waiting--;
      return Embeddings.of(answer);
    } catch (StatusException failure) {
      throw EmbeddingException.of(failure);
    } catch (TimeoutException late) {
      close();
      throw EmbeddingException.of(
          Status.Code.DEADLINE_EXCEEDED, "no answer within " + patience, late);
    } catch (InterruptedException stopping) {
      close();
      Thread.currentThread().interrupt();
      throw EmbeddingException.of(Status.Code.CANCELLED, "interrupted", stopping);
    }
  }

  private void send() throws InterruptedException, TimeoutException, StatusException {
    while (sending && waiting < WINDOW) {
      if (!requests.hasNext()) {
        sending = false;
        call.halfClose();
      } else if (call.write(requests.next(), patience.toNanos(), TimeUnit.NANOSECONDS)) {
        waiting++;
      } else {
        return; // the service ended the stream; reading tells how
      }
    }
  }

  /// Hangs up; of a stream that has ended nothing is left to end.
  @Override
  public void close() {
    call.cancel("the caller closed the stream", null);
  }
}
