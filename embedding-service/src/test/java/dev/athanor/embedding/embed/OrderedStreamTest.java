package dev.athanor.embedding.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageInput;
import io.grpc.Context;
import io.grpc.Status;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/// A stream of calls that the test ends, to a caller that reads when the test says so.
class OrderedStreamTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TOTAL = 1 << 20;
  private static final int VECTORS = 10 << 10;
  private static final EmbedProperties PROPERTIES =
      new EmbedProperties(
          256, DataSize.ofBytes(TOTAL), DataSize.ofBytes(TOTAL), 1, Duration.ofSeconds(30));
  private static final Caller ONE = new Caller("one", Urgency.INTERACTIVE);
  private static final Context.Key<String> WHO = Context.key("who");

  private final RequestBodies bodies = new RequestBodies(PROPERTIES, new Clients(PROPERTIES));
  private final Reader<String> reader = new Reader<>();
  private final Map<String, Call> calls = new ConcurrentHashMap<>();
  private final AtomicInteger places = new AtomicInteger(100);
  private OrderedStream<Request, String> stream;

  /// @param content stands for what a request is made of
  @SuppressWarnings("ArrayRecordComponent") // held, never compared
  private record Request(String name, int weight, byte[] content) {}

  @BeforeEach
  void open() throws Exception {
    stream =
        Context.current()
            .withValue(WHO, "somebody")
            .call(() -> new OrderedStream<>(reader, ONE, bodies, this::ask));
  }

  @Test
  void aRequestIsLetGoAndItsVectorsAreCountedUntilTheyAreRead() {
    reader.ready = false;
    var request = send("a", TOTAL);
    end("a");
    await().atMost(PATIENCE).until(() -> FreeMemory.has(bodies, TOTAL - VECTORS));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              System.gc();
              return request.get() == null;
            });
    assertThat(FreeMemory.has(bodies, TOTAL)).isFalse();

    reader.read();
    assertThat(reader.answers).containsExactly("a");
    assertThat(FreeMemory.has(bodies, TOTAL)).isTrue();
  }

  @Test
  void noMoreThanTheWindowIsAskedForBeforeItIsRead() {
    reader.ready = false;
    for (int i = 0; i < OrderedStream.WINDOW; i++) {
      send("" + i, 1000);
      end("" + i);
    }
    await()
        .atMost(PATIENCE)
        .until(() -> FreeMemory.has(bodies, TOTAL - OrderedStream.WINDOW * VECTORS));
    assertThat(reader.asked).hasValue(OrderedStream.WINDOW);

    reader.read();
    assertThat(reader.answers).containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
    assertThat(reader.asked).hasValue(OrderedStream.WINDOW + 1);
    stream.onCompleted();
    assertThat(reader.completed).isTrue();
  }

  @Test
  void whatFindsNoPlacesBeginsWhenOneOfItsOwnHasEnded() {
    places.set(2);
    send("a", 1000);
    send("b", 1000);
    send("c", 1000);
    assertThat(calls).containsOnlyKeys("a", "b");
    assertThat(reader.asked).as("nothing more comes meanwhile").hasValue(3);

    end("b");
    await().atMost(PATIENCE).until(() -> calls.containsKey("c"));
    assertThat(reader.asked).hasValue(4);
    stream.onCompleted();
    end("c");
    end("a");
    await().atMost(PATIENCE).until(() -> reader.completed);
    assertThat(reader.answers).containsExactly("a", "b", "c");
    assertThat(FreeMemory.has(bodies, TOTAL)).isTrue();
  }

  @Test
  void whatFindsNoPlacesIsRefusedWhereNoneOfItsOwnIsUnderWay() {
    places.set(1);
    send("a", 1000);
    send("b", 1000);
    places.set(-1);
    end("a");
    await().atMost(PATIENCE).until(() -> reader.failure != null);
    assertThat(reader.answers).containsExactly("a");
    assertThat(Status.fromThrowable(Objects.requireNonNull(reader.failure)).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(calls).containsOnlyKeys("a");
    assertThat(FreeMemory.has(bodies, TOTAL)).isTrue();
  }

  @Test
  void whatFindsNoMemoryBeginsWhenOneOfItsOwnHasEnded() {
    send("a", TOTAL / 4);
    send("b", TOTAL / 4);
    send("c", TOTAL / 4);
    assertThat(calls).containsOnlyKeys("a", "b");
    assertThat(reader.asked).hasValue(3);

    end("a");
    await().atMost(PATIENCE).until(() -> calls.containsKey("c"));
    end("b");
    end("c");
    await().atMost(PATIENCE).until(() -> reader.answers.size() == 3);
    assertThat(FreeMemory.has(bodies, TOTAL)).isTrue();
  }

  @Test
  void whatFindsNoMemoryIsRefusedWhereItsOwnHaveLess() {
    try (var _ = bodies.take(new Caller("other", Urgency.INTERACTIVE), TOTAL / 2)) {
      send("a", TOTAL / 8);
      send("b", TOTAL / 2);
      assertThat(reader.failure).as("a's answer comes before").isNull();
      end("a");
      await().atMost(PATIENCE).until(() -> reader.failure != null);
    }
    assertThat(reader.answers).containsExactly("a");
    assertThat(reader.failure).hasMessageContaining("requests in memory");
    assertThat(FreeMemory.has(bodies, TOTAL)).isTrue();
  }

  @Test
  void nothingIsAskedForBehindWhatFailed() {
    send("a", 1000);
    send("bad", 1000);
    assertThat(reader.asked).hasValue(2);
    end("a");
    await().atMost(PATIENCE).until(() -> reader.failure != null);
    assertThat(reader.answers).containsExactly("a");
    assertThat(reader.failure).hasMessageContaining("no such model");
  }

  @Test
  void whoLeavesTakesEverythingAlong() {
    places.set(2);
    send("a", 1000);
    send("b", 1000);
    send("c", 1000);
    reader.cancelled.run();
    assertThat(calls.values()).allMatch(call -> call.vectors().isCancelled());
    await().atMost(PATIENCE).until(() -> places.get() == 2);
    assertThat(calls).containsOnlyKeys("a", "b");
    assertThat(FreeMemory.has(bodies, TOTAL)).isTrue();
    assertThat(reader.answers).isEmpty();
  }

  private WeakReference<Request> send(String name, int weight) {
    var request = new Request(name, weight, new byte[1 << 20]);
    stream.onNext(request);
    return new WeakReference<>(request);
  }

  private void end(String name) {
    Objects.requireNonNull(calls.get(name)).vectors().complete(new float[][] {{1}});
  }

  private OrderedStream.Asked<String> ask(Request request) {
    if (request.name().equals("bad")) {
      throw Problem.notFound("no such model");
    }
    var name = request.name();
    return new OrderedStream.Asked<>(
        request.weight() / 2, request.weight(), VECTORS, () -> begin(request), (_, _) -> name);
  }

  private Pending begin(Request request) {
    assertThat(WHO.get()).as("whoever ended another call").isEqualTo("somebody");
    assertThat(request.content()).isNotEmpty();
    if (places.get() < 1) {
      throw Problem.tooMany("queue: full", Duration.ofSeconds(1));
    }
    places.decrementAndGet();
    var call = new Call(ONE, "grpc", null, Deadline.after(PATIENCE, System::nanoTime), 1);
    calls.put(request.name(), call);
    var card =
        new Card(
            new Card.Pixels("pixels", new ImageInput(1, 1, 1, new float[1], new float[] {1})),
            new Card.Output("embedding", 1, Card.Pooling.NONE, false));
    var model = new PublishedFile("model.onnx", 1, "");
    return new Pending(
        new EncoderVersion("a", 1, Instant.EPOCH, List.of(), card, "{}", model, null, null, 0),
        call,
        call.vectors().whenComplete((_, _) -> places.incrementAndGet()));
  }
}
