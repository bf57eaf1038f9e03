package dev.athanor.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A unary call in as many attempts as it takes, within one deadline.
///
/// @param <Q> the request
/// @param <A> the answer on the wire
/// @param <R> what is made of it
final class RetriedCall<Q, A, R> {
  private final Connection connection;
  private final MethodDescriptor<Q, A> method;
  private final Q request;
  private final Function<A, R> read;
  private final CallOptions bounds;
  private final CompletableFuture<R> answer = new CompletableFuture<>();
  private volatile @Nullable ClientCall<Q, A> attempt;

  private RetriedCall(
      Connection connection, MethodDescriptor<Q, A> method, Q request, Function<A, R> read) {
    this.connection = connection;
    this.method = method;
    this.request = request;
    this.read = read;
    this.bounds = connection.bounded();
  }

  /// Begins the call. To cancel the answer is to hang up.
  static <Q, A, R> CompletableFuture<R> begin(
      Connection connection, MethodDescriptor<Q, A> method, Q request, Function<A, R> read) {
    var call = new RetriedCall<>(connection, method, request, read);
    connection.admit(call.answer);
    call.answer.whenComplete((_, _) -> call.hangUpIfCancelled());
    call.attempt(1);
    return call.answer;
  }

  private void attempt(int number) {
    if (answer.isDone()) {
      return;
    }
    var call = connection.channel().newCall(method, bounds);
    ClientCalls.asyncUnaryCall(call, request, new Attempt(number));
    attempt = call;
    hangUpIfCancelled(); // where it was cancelled before this attempt could be seen
  }

  private void hangUpIfCancelled() {
    var call = attempt;
    if (call != null && answer.isCancelled()) {
      call.cancel("the caller cancelled", null);
    }
  }

  private final class Attempt implements StreamObserver<A> {
    private final int number;
    private @Nullable A received;

    Attempt(int number) {
      this.number = number;
    }

    @Override
    public void onNext(A one) {
      received = one;
    }

    @Override
    public void onCompleted() {
      try {
        answer.complete(read.apply(Objects.requireNonNull(received)));
      } catch (RuntimeException unreadable) {
        answer.completeExceptionally(EmbeddingException.of(unreadable));
      }
    }

    @Override
    public void onError(Throwable failure) {
      var problem = EmbeddingException.of(failure);
      connection.again(
          number,
          problem,
          bounds,
          () -> attempt(number + 1),
          () -> answer.completeExceptionally(problem));
    }
  }
}
