package dev.athanor.embedding.embed;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import io.grpc.Context;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A stream of requests, several of which are worked on at once; the answers come in their order.
/// Another request is asked for when the last has begun and the window has room, so that neither a
/// caller who sends faster than we embed, nor one who reads slower than we answer, fills our
/// memory: HTTP/2's flow control slows it down.
///
/// A request for which there is no room waits while others of this stream hold what it needs, and
/// is refused only where room cannot come from them. One that waits for its places is counted in
/// memory already. One that waits for memory is not, but others of the stream are counted with as
/// much as its message, so that such messages never have more than those that are counted.
///
/// What a request was made of is let go when its vectors are there. These, and what else its answer
/// needs, are counted until they were answered: a caller may read them late, or never.
///
/// Everything happens in one synchronisation context, one event after the other.
final class OrderedStream<Q, A> implements StreamObserver<Q> {
  /// Requests under way on one stream.
  static final int WINDOW = 8;

  private final SynchronizationContext events =
      new SynchronizationContext((_, failure) -> fail(failure));
  private final ArrayDeque<Slot<A>> underWay = new ArrayDeque<>();
  private final Context context = Context.current();
  private final ServerCallStreamObserver<A> answers;
  private final Caller caller;
  private final RequestBodies bodies;
  private final Function<Q, Asked<A>> ask;
  private boolean asking;
  private boolean noMore;
  private boolean over;

  /// What a request asks for. Whoever begins it lets go of this.
  ///
  /// @param message its bytes
  /// @param weight what it is counted as, in bytes, those that are kept among them
  /// @param kept bytes of what is kept until it is answered: its vectors, and what `answer` knows
  /// @param begin starts on it, in the stream's gRPC context, or throws what the caller is told
  /// @param answer writes the answer of the vectors, (N, D)
  record Asked<A>(
      int message,
      long weight,
      long kept,
      Supplier<Pending> begin,
      BiFunction<Pending, float[][], A> answer) {}

  /// A request and what came of it, in the order of the stream.
  private static final class Slot<A> {
    /// Null when the request has begun, or never will.
    @Nullable Asked<A> waiting;

    RequestBodies.@Nullable Taken memory;
    @Nullable Pending pending;

    /// Makes the answer of the vectors, which it holds.
    @Nullable Supplier<A> answer;

    @Nullable Throwable failure;

    boolean isBeingEmbedded() {
      return pending != null && answer == null && failure == null;
    }

    long held() {
      return memory == null ? 0 : memory.bytes();
    }

    void letGo() {
      if (pending != null) {
        pending.abandon();
      }
      if (memory != null) {
        memory.close();
      }
    }
  }

  /// @param bodies counts the requests
  /// @param ask reads what a request asks for, or throws what the caller is told
  OrderedStream(
      ServerCallStreamObserver<A> answers,
      Caller caller,
      RequestBodies bodies,
      Function<Q, Asked<A>> ask) {
    this.answers = answers;
    this.caller = caller;
    this.bodies = bodies;
    this.ask = ask;
    answers.disableAutoRequest();
    answers.setOnReadyHandler(() -> events.execute(this::proceed));
    answers.setOnCancelHandler(() -> events.execute(this::abandon));
    events.execute(this::proceed);
  }

  @Override
  public void onNext(Q request) {
    var slot = new Slot<A>();
    try {
      slot.waiting = ask.apply(request);
    } catch (RuntimeException refused) {
      slot.failure = refused;
    }
    events.execute(() -> come(slot));
  }

  private void come(Slot<A> slot) {
    asking = false;
    if (!over) {
      underWay.add(slot);
      proceed();
    }
  }

  private void proceed() {
    flush();
    var last = underWay.peekLast();
    if (last != null && last.waiting != null) {
      begin(last, last.waiting);
    }
    boolean goesOn = last == null || (last.waiting == null && last.failure == null);
    if (goesOn && underWay.size() < WINDOW && !asking && !noMore && !over) {
      asking = true;
      answers.request(1);
    }
  }

  private void begin(Slot<A> slot, Asked<A> asked) {
    Pending pending;
    try {
      if (slot.memory == null) {
        slot.memory = bodies.take(caller, asked.weight());
      }
      pending = inContext(asked.begin());
    } catch (RuntimeException refused) {
      if (!mayBeginLater(slot, asked, refused)) {
        slot.waiting = null;
        events.execute(() -> done(slot, 0, null, refused));
      }
      return;
    }
    slot.waiting = null;
    slot.pending = pending;
    var write = asked.answer();
    long kept = asked.kept();
    pending.then(
        (rows, problem) -> {
          Supplier<A> written = rows == null ? null : () -> write.apply(pending, rows);
          events.execute(() -> done(slot, rows == null ? 0 : kept, written, problem));
        });
  }

  private Pending inContext(Supplier<Pending> begin) {
    var before = context.attach();
    try {
      return begin.get();
    } finally {
      context.detach(before);
    }
  }

  /// Whether what is refused now may find room when others of this stream have ended.
  private boolean mayBeginLater(Slot<A> slot, Asked<A> asked, RuntimeException refused) {
    if (!(refused instanceof Problem full) || full.kind() != Kind.TOO_MANY) {
      return false;
    }
    return slot.memory == null
        ? underWay.stream().mapToLong(Slot::held).sum() >= asked.message()
        : underWay.stream().anyMatch(Slot::isBeingEmbedded);
  }

  /// @param kept bytes of what the answer holds
  private void done(
      Slot<A> slot, long kept, @Nullable Supplier<A> answer, @Nullable Throwable failure) {
    if (slot.memory != null) {
      slot.memory.keep(kept);
    }
    slot.answer = answer;
    slot.failure = failure;
    proceed();
  }

  private void flush() {
    while (!over && answers.isReady()) {
      var first = underWay.peek();
      if (first == null || (first.answer == null && first.failure == null)) {
        break;
      }
      underWay.remove();
      first.letGo();
      if (first.failure != null) {
        fail(first.failure);
      } else if (first.answer != null) {
        answers.onNext(first.answer.get());
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
    underWay.forEach(Slot::letGo);
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
          proceed();
        });
  }
}
