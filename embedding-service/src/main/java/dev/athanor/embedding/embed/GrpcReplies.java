package dev.athanor.embedding.embed;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
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

  /// Embeds for one call, and gives it up when its caller leaves or its deadline passes.
  ///
  /// @param begin starts on it, or throws what the caller is told
  /// @param write makes the answer of the vectors, (N, D)
  public static <A> void reply(
      StreamObserver<A> answers, Supplier<Pending> begin, BiFunction<Pending, float[][], A> write) {
    Pending pending;
    try {
      pending = begin.get();
    } catch (RuntimeException refused) {
      answers.onError(of(refused));
      return;
    }
    var deadline = Context.current().getDeadline();
    ((ServerCallStreamObserver<A>) answers)
        .setOnCancelHandler(
            () -> {
              if (deadline != null && deadline.isExpired()) {
                pending.expire();
              } else {
                pending.abandon();
              }
            });
    pending.then((rows, problem) -> finish(answers, pending, rows, problem, write));
  }

  private static <A> void finish(
      StreamObserver<A> answers,
      Pending pending,
      float @Nullable [][] rows,
      @Nullable Problem problem,
      BiFunction<Pending, float[][], A> write) {
    if (rows == null) {
      answers.onError(of(Objects.requireNonNull(problem)));
      return;
    }
    A answer;
    try {
      answer = write.apply(pending, rows);
    } catch (RuntimeException failure) {
      answers.onError(of(failure));
      return;
    }
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
