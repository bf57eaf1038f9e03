package dev.athanor.embedding.embed;

import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A stream of requests, several of which are worked on at once; the answers come in their order.
/// Another request is asked for when an answer was taken, so that neither a caller who sends faster
/// than we embed, nor one who reads slower than we answer, fills our memory: HTTP/2's flow control
/// slows it down.
///
/// Everything happens in one synchronisation context, one event after the other.
final class OrderedStream<Q, A> implements StreamObserver<Q> {
  /// Requests under way on one stream.
  static final int WINDOW = 8;

  private final SynchronizationContext events =
      new SynchronizationContext((_, failure) -> fail(failure));
  private final ArrayDeque<Slot<Q>> underWay = new ArrayDeque<>();
  private final ServerCallStreamObserver<A> answers;
  private final Function<Q, Pending> begin;
  private final Answer<Q, A> answer;
  private boolean noMore;
  private boolean over;

  /// Writes the answer to a request.
  @FunctionalInterface
  interface Answer<Q, A> {
    /// @param rows (N, D)
    A write(Q request, Pending pending, float[][] rows);
  }

  /// A request and what came of it, in the order of the stream.
  private static final class Slot<Q> {
    final Q request;
    @Nullable Pending pending;
    float @Nullable [][] rows;
    @Nullable Throwable failure;

    Slot(Q request) {
      this.request = request;
    }
  }

  /// @param begin starts on a request
  /// @param answer writes the answer to it
  OrderedStream(
      ServerCallStreamObserver<A> answers, Function<Q, Pending> begin, Answer<Q, A> answer) {
    this.answers = answers;
    this.begin = begin;
    this.answer = answer;
    answers.disableAutoRequest();
    answers.setOnReadyHandler(() -> events.execute(this::flush));
    answers.setOnCancelHandler(() -> events.execute(this::abandon));
    answers.request(WINDOW);
  }

  @Override
  public void onNext(Q request) {
    var slot = new Slot<>(request);
    events.execute(() -> underWay.add(slot));
    Pending pending;
    try {
      pending = begin.apply(request);
    } catch (RuntimeException refused) {
      events.execute(() -> done(slot, null, refused));
      return;
    }
    events.execute(() -> begun(slot, pending));
    pending.then((rows, problem) -> events.execute(() -> done(slot, rows, problem)));
  }

  private void begun(Slot<Q> slot, Pending pending) {
    slot.pending = pending;
    if (over) {
      pending.abandon();
    }
  }

  private void done(Slot<Q> slot, float @Nullable [][] rows, @Nullable Throwable failure) {
    slot.rows = rows;
    slot.failure = failure;
    flush();
  }

  private void flush() {
    while (!over && answers.isReady()) {
      var first = underWay.peek();
      if (first == null || (first.rows == null && first.failure == null)) {
        break;
      }
      underWay.remove();
      if (first.failure != null) {
        fail(first.failure);
      } else if (first.rows != null && first.pending != null) {
        answers.onNext(answer.write(first.request, first.pending, first.rows));
        answers.request(1);
      }
    }
    if (!over && noMore && underWay.isEmpty()) {
      over = true;
      answers.onCompleted();
    }
  }

  private void fail(Throwable failure) {
    if (!over) {
      abandon();
      answers.onError(GrpcReplies.of(failure));
    }
  }

  private void abandon() {
    over = true;
    for (var slot : underWay) {
      if (slot.pending != null) {
        slot.pending.abandon();
      }
    }
    underWay.clear();
  }

  @Override
  public void onError(Throwable callerLeft) {
    events.execute(this::abandon);
  }

  @Override
  public void onCompleted() {
    events.execute(
        () -> {
          noMore = true;
          flush();
        });
  }
}
