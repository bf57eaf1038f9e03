package dev.athanor.embedding.embed;

import com.google.protobuf.Any;
import com.google.protobuf.MessageLite;
import com.google.rpc.RetryInfo;
import dev.athanor.embedding.caller.GrpcCaller;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a gRPC call is answered: with its vectors, with its failure, or not at all any more.
public final class GrpcReplies {
  private static final Logger log = LoggerFactory.getLogger(GrpcReplies.class);

  /// What gRPC's own retry policy waits for.
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  /// A client that cancels a call so shortly before its deadline does so for the deadline, which
  /// for the client passes earlier, by the call's way here.
  private static final long TRANSIT_MILLIS = 50;

  private GrpcReplies() {}

  /// The status of a failure; where it says when to come back, also as `google.rpc.RetryInfo` and
  /// as gRPC's push-back.
  public static StatusRuntimeException of(Throwable failure) {
    var problem = Pending.problem(failure);
    if (problem.kind() == Kind.INTERNAL) {
      log.error("a call failed", problem);
    }
    var code = Status.Code.valueOf(problem.kind().grpcCode());
    return problem
        .retryAfter()
        .map(wait -> withRetry(code, problem, wait))
        .orElseGet(
            () -> code.toStatus().withDescription(problem.getMessage()).asRuntimeException());
  }

  private static StatusRuntimeException withRetry(
      Status.Code code, Problem problem, Duration wait) {
    var delay =
        com.google.protobuf.Duration.newBuilder()
            .setSeconds(wait.getSeconds())
            .setNanos(wait.getNano());
    var status =
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(problem.getMessage())
            .addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()))
            .build();
    var trailers = new Metadata();
    trailers.put(PUSHBACK, Long.toString(wait.toMillis()));
    return StatusProto.toStatusRuntimeException(status, trailers);
  }

  /// Whether a call ends so because something was full; a message that is too long ends with the
  /// same status, but need not come back.
  static boolean saysWhenToComeBack(Status status, Metadata trailers) {
    return status.getCode() == Status.Code.RESOURCE_EXHAUSTED && trailers.containsKey(PUSHBACK);
  }

  /// Embeds for one call, and gives it up when its caller leaves or its deadline passes. Its
  /// message is counted in memory, and then its answer until the caller has read that.
  ///
  /// @param message its bytes
  /// @param begin starts on it, or throws what the caller is told
  /// @param write makes the answer of the vectors, (N, D)
  public static <A extends MessageLite> void reply(
      StreamObserver<A> answers,
      RequestBodies bodies,
      int message,
      Supplier<Pending> begin,
      BiFunction<Pending, float[][], A> write) {
    RequestBodies.Taken memory;
    try {
      memory = bodies.take(GrpcCaller.current(), RequestBodies.weight(message, 0));
    } catch (Problem full) {
      answers.onError(of(full));
      return;
    }
    Pending pending;
    try {
      pending = begin(memory, begin);
    } catch (RuntimeException refused) {
      memory.close();
      answers.onError(of(refused));
      return;
    }
    var deadline = Context.current().getDeadline();
    var call = (ServerCallStreamObserver<A>) answers;
    call.setOnCloseHandler(memory::close);
    call.setOnCancelHandler(
        () -> {
          if (deadline != null && deadline.timeRemaining(TimeUnit.MILLISECONDS) < TRANSIT_MILLIS) {
            pending.expire();
          } else {
            pending.abandon();
          }
          memory.close();
        });
    pending.then((rows, problem) -> finish(answers, memory, pending, rows, problem, write));
  }

  private static Pending begin(RequestBodies.Taken memory, Supplier<Pending> begin) {
    var pending = begin.get();
    try {
      memory.more(pending.vectorBytes());
    } catch (Problem full) {
      pending.abandon();
      throw full;
    }
    return pending;
  }

  private static <A extends MessageLite> void finish(
      StreamObserver<A> answers,
      RequestBodies.Taken memory,
      Pending pending,
      float @Nullable [][] rows,
      @Nullable Problem problem,
      BiFunction<Pending, float[][], A> write) {
    A answer;
    try {
      if (rows == null) {
        throw Objects.requireNonNull(problem);
      }
      answer = write.apply(pending, rows);
    } catch (RuntimeException failure) {
      memory.close();
      answers.onError(of(failure));
      return;
    }
    memory.keep(answer.getSerializedSize());
    answers.onNext(answer);
    answers.onCompleted();
  }

  /// Answers what needs no encoder.
  public static <A> void reply(StreamObserver<A> answers, Supplier<A> work) {
    A answer;
    try {
      answer = work.get();
    } catch (RuntimeException failure) {
      answers.onError(of(failure));
      return;
    }
    answers.onNext(answer);
    answers.onCompleted();
  }
}
