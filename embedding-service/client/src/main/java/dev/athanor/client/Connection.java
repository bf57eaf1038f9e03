package dev.athanor.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/// The channel to the service, what every call carries, the waits between attempts, and the end of
/// it all.
final class Connection implements AutoCloseable {
  private static final Metadata.Key<String> CALLER =
      Metadata.Key.of("x-athanor-caller", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> PRIORITY =
      Metadata.Key.of("x-athanor-priority", Metadata.ASCII_STRING_MARSHALLER);

  /// Of an answer; gRPC's own 4 MiB are 256 vectors of 4,096 numbers.
  private static final int LONGEST_ANSWER = 64 << 20;

  private final ClientOptions options;
  private final RandomGenerator random;
  private final ManagedChannel channel;
  private final Channel marked;
  private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean open = true;

  /// The one thread that decides about further attempts, and begins them.
  private final ScheduledExecutorService attempts =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("embedding-attempts").daemon().factory());

  Connection(ClientOptions options, RandomGenerator random) {
    this.options = options;
    this.random = random;
    this.channel =
        Grpc.newChannelBuilder(options.target(), options.credentials())
            .maxInboundMessageSize(LONGEST_ANSWER)
            .build();
    this.marked =
        ClientInterceptors.intercept(
            channel, MetadataUtils.newAttachHeadersInterceptor(metadata(options)));
  }

  private static Metadata metadata(ClientOptions options) {
    var metadata = new Metadata();
    if (options.caller() != null) {
      metadata.put(CALLER, options.caller());
    }
    metadata.put(PRIORITY, options.priority().label());
    return metadata;
  }

  /// Whose calls say who makes them.
  Channel channel() {
    return marked;
  }

  /// How long a call, or an answer in a stream, is waited for.
  Duration patience() {
    return options.deadline();
  }

  /// Of a call that begins now.
  CallOptions bounded() {
    return CallOptions.DEFAULT.withDeadline(
        Deadline.after(patience().toNanos(), TimeUnit.NANOSECONDS));
  }

  void checkOpen() {
    if (!open) {
      throw new IllegalStateException("the client is closed");
    }
  }

  /// Counts a call as under way until it has its answer.
  void admit(CompletableFuture<?> answer) {
    checkOpen();
    underWay.add(answer);
    answer.whenComplete((_, _) -> underWay.remove(answer));
  }

  /// Begins another attempt later if that is worth it and there is time left for it.
  ///
  /// @param attempt the one that failed, from 1 on
  /// @param giveUp where there will be no other
  void again(
      int attempt, EmbeddingException failure, CallOptions bounds, Runnable next, Runnable giveUp) {
    try {
      attempts.execute(() -> decide(attempt, failure, bounds, next, giveUp));
    } catch (RejectedExecutionException closed) {
      giveUp.run();
    }
  }

  private void decide(
      int attempt, EmbeddingException failure, CallOptions bounds, Runnable next, Runnable giveUp) {
    var wait = options.retries().after(attempt, failure, random);
    long left = Objects.requireNonNull(bounds.getDeadline()).timeRemaining(TimeUnit.NANOSECONDS);
    if (wait.isEmpty() || wait.get().toNanos() >= left) {
      giveUp.run();
      return;
    }
    attempts.schedule(
        () -> {
          // Else a channel that could not connect refuses calls for a while of its own.
          channel.resetConnectBackoff();
          next.run();
        },
        wait.get().toNanos(),
        TimeUnit.NANOSECONDS);
  }

  /// Each call has a deadline, so that this ends too.
  @Override
  public void close() {
    open = false;
    try {
      CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new))
          .handle((_, _) -> true)
          .get(patience().toNanos(), TimeUnit.NANOSECONDS);
      channel.shutdown().awaitTermination(patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException _) {
      // What has not ended by now is cut.
    } finally {
      channel.shutdownNow();
      attempts.shutdownNow();
      underWay.forEach(answer -> answer.cancel(true));
    }
  }
}
