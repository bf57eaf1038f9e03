package dev.athanor.embedding.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.BytesValue;
import com.google.protobuf.UnsafeByteOperations;
import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.GrpcCaller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageInput;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/// One call, which the test ends, and what is counted for it.
class GrpcRepliesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TOTAL = 1 << 20;
  private static final int MESSAGE = 100_000;
  private static final int ANSWER = 50_000;
  private static final int DIMENSIONS = 10_000;
  private static final EmbedProperties PROPERTIES =
      new EmbedProperties(
          256, DataSize.ofBytes(TOTAL), DataSize.ofBytes(TOTAL), 1, Duration.ofSeconds(30));

  private final RequestBodies bodies = new RequestBodies(PROPERTIES, new Clients(PROPERTIES));
  private final Reader<BytesValue> reader = new Reader<>();
  private final Call call =
      new Call(
          new Caller("one", Urgency.INTERACTIVE),
          "grpc",
          null,
          Deadline.after(PATIENCE, System::nanoTime),
          1);

  @Test
  void theAnswerIsCountedUntilItWasRead() {
    reply(this::pending);
    assertThat(counted()).isEqualTo(2 * MESSAGE + DIMENSIONS * Float.BYTES);
    call.vectors().complete(new float[][] {{1}});
    await().atMost(PATIENCE).until(() -> reader.completed);
    assertThat(reader.answers).hasSize(1);
    assertThat(counted()).isEqualTo(reader.answers.getFirst().getSerializedSize());
    reader.closed.run();
    assertThat(counted()).isZero();
  }

  @Test
  void whoLeavesTakesEverythingAlong() {
    reply(this::pending);
    reader.cancelled.run();
    assertThat(call.vectors()).isCancelled();
    await().atMost(PATIENCE).until(() -> counted() == 0);
    assertThat(reader.answers).isEmpty();
  }

  @Test
  void aRefusedCallIsNotCounted() {
    reply(
        () -> {
          throw Problem.notFound("no such model");
        });
    assertThat(status()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(counted()).isZero();
  }

  @Test
  void aCallWhoseAnswerFindsNoMemoryIsRefused() {
    try (var _ = bodies.take(new Caller("other", Urgency.INTERACTIVE), TOTAL - 2 * MESSAGE)) {
      reply(this::pending);
    }
    assertThat(status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(call.vectors()).isCancelled();
    assertThat(counted()).isZero();
  }

  private void reply(Supplier<Pending> begin) {
    GrpcCaller.as(call.caller())
        .run(
            () ->
                GrpcReplies.reply(
                    reader,
                    bodies,
                    MESSAGE,
                    begin,
                    (_, _) -> BytesValue.of(UnsafeByteOperations.unsafeWrap(new byte[ANSWER]))));
  }

  private Status.Code status() {
    return Status.fromThrowable(Objects.requireNonNull(reader.failure)).getCode();
  }

  /// Bytes, found by what is left.
  private long counted() {
    long free = 0;
    for (long step = TOTAL; step > 0; step /= 2) {
      if (free + step <= TOTAL && FreeMemory.has(bodies, free + step)) {
        free += step;
      }
    }
    return TOTAL - free;
  }

  private Pending pending() {
    var card =
        new Card(
            new Card.Pixels("pixels", new ImageInput(1, 1, 1, new float[1], new float[] {1})),
            new Card.Output("embedding", DIMENSIONS, Card.Pooling.NONE, false));
    var model = new PublishedFile("model.onnx", 1, "");
    return new Pending(
        new EncoderVersion("a", 1, Instant.EPOCH, List.of(), card, "{}", model, null, null, 0),
        call,
        call.vectors());
  }
}
