package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.athanor.client.Batches;
import dev.athanor.client.ClientOptions;
import dev.athanor.client.EmbeddingClient;
import dev.athanor.client.EmbeddingException;
import dev.athanor.client.Priority;
import dev.athanor.client.Retries;
import dev.athanor.client.ServedModel;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.TextEncoders;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client module against the service.
class JavaClientIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Retries QUICK =
      new Retries(10, Duration.ofMillis(20), Duration.ofMillis(200));
  private static final List<byte[]> images = Encoders.images(20, 14);

  @TempDir static Path folder;
  private static Serving serving;
  private static Encoders.Trained successor;
  private static TextEncoders.Trained texts;
  private static float[][] expected;

  @BeforeAll
  static void start() throws Exception {
    var settings = new HashMap<String, String>();
    settings.put("ATHANOR_BATCHING_QUEUE", "64");
    settings.put("ATHANOR_EMBED_IMAGES", "16");
    settings.put("athanor.batching.models.slow-call.max-delay", "1s");
    settings.put("athanor.batching.models.slow-call.max-batch", "64");
    settings.put("athanor.batching.models.parked-call.max-delay", "60s");
    settings.put("athanor.batching.models.parked-call.max-batch", "64");
    settings.put("athanor.batching.models.left-call.max-delay", "60s");
    serving = new Serving(folder, settings);
    for (var name : List.of("called", "slow-call", "parked-call", "left-call")) {
      serving.publish(Encoders.train(folder.resolve(name), name, 1, 4));
      serving.awaitServed(name, name + "@1");
    }
    texts = TextEncoders.train(folder.resolve("words-called"), "words-called", 1, "masked");
    serving.publish(texts.published());
    serving.awaitServed("words-called", "words-called@1");
    successor = Encoders.train(folder.resolve("called-2"), "called", 2, 4);
    var first = Door.RAW_JSON.embed(serving, "called@1", images.subList(0, 16)).vectors();
    var rest = Door.RAW_JSON.embed(serving, "called@1", images.subList(16, 20)).vectors();
    expected = new float[images.size()][];
    System.arraycopy(first, 0, expected, 0, 16);
    System.arraycopy(rest, 0, expected, 16, 4);
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  private static ClientOptions options() {
    return ClientOptions.plaintext("127.0.0.1:" + serving.grpcPort()).with(QUICK);
  }

  @Test
  void theVectorsAreThoseOfTheOtherDoors() throws Exception {
    var file = Files.write(folder.resolve("image.png"), images.getFirst());
    try (var client = new EmbeddingClient(options())) {
      var answer = client.embed("called@1", images.subList(0, 3));

      assertThat(answer.model()).isEqualTo("called@1");
      assertSame(List.of(answer.vectors()), 0);
      assertSame(List.of(client.embed("called@1", file)), 0);
    }
  }

  @Test
  void textsGetTheTrainersVectors() {
    try (var client = new EmbeddingClient(options())) {
      var probes = TextEncoders.PROBES;
      var answer = client.embedTexts("words-called", probes);
      assertThat(answer.model()).isEqualTo("words-called@1");
      for (int i = 0; i < probes.size(); i++) {
        assertThat(answer.vectors()[i])
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(texts.vectors()[i]);
      }
      try (var vectors = client.embedAllTexts("words-called", probes.stream(), new Batches(2, 2))) {
        var found = vectors.toList();
        assertThat(found).hasSize(probes.size());
        for (int i = 0; i < probes.size(); i++) {
          assertThat(found.get(i))
              .usingComparatorWithPrecision(1e-6f)
              .containsExactly(answer.vectors()[i]);
        }
      }
      assertThat(client.embedText("words-called", "x")).hasSize(TextEncoders.DIMENSIONS);
      var images =
          catchThrowableOfType(
              EmbeddingException.class, () -> client.embedText("called", "an image is expected"));
      assertThat(images.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void modelsAreListedAndFound() {
    try (var client = new EmbeddingClient(options())) {
      var model = client.getModel("parked-call");

      assertThat(model.id()).isEqualTo("parked-call@1");
      assertThat(model.dimensions()).isEqualTo(expected[0].length);
      assertThat(model.aliases()).containsExactly("latest");
      assertThat(model.cardJson()).contains("image-encoder");
      assertThat(client.listModels()).extracting(ServedModel::name).contains("called", "slow-call");
    }
  }

  /// Also when the version changes in the middle.
  @Test
  void manyImagesComeInTheirOrderFromOneVersion() throws Exception {
    var taken = new AtomicInteger();
    var many = IntStream.range(0, 60).mapToObj(i -> images.get(i % images.size()));
    try (var client = new EmbeddingClient(options().as("many", Priority.BULK));
        var vectors =
            client.embedAll("called", many.peek(_ -> taken.incrementAndGet()), new Batches(4, 3))) {
      var iterator = vectors.iterator();
      assertThat(taken).hasValue(0);
      var found = new ArrayList<float[]>();
      found.add(iterator.next());
      assertThat(taken.get()).isLessThanOrEqualTo(4 * 3);

      serving.publish(successor);
      serving.awaitServed("called", "called@2");
      iterator.forEachRemaining(found::add);

      assertThat(found).hasSize(60);
      for (int from = 0; from < 60; from += images.size()) {
        assertSame(found.subList(from, from + images.size()), 0);
      }
      assertThat(client.embed("called", images.subList(0, 1)).model()).isEqualTo("called@2");
    }
  }

  @Test
  void aStreamIsAnsweredInOrderAndReadsItsSourceAsAnswersAreAskedFor() {
    var taken = new AtomicInteger();
    var requests =
        IntStream.range(0, 100)
            .mapToObj(i -> List.of(images.get(i % images.size())))
            .peek(_ -> taken.incrementAndGet());
    try (var client = new EmbeddingClient(options());
        var answers = client.embedStream("called@1", requests)) {
      var iterator = answers.iterator();
      for (int i = 0; i < 100; i++) {
        assertSame(List.of(iterator.next().vectors()), i % images.size());
        assertThat(taken.get()).isLessThanOrEqualTo(i + 1 + 8);
      }
      assertThat(iterator.hasNext()).isFalse();
    }
  }

  @Test
  void aStreamEndsWithTheRefusalOfItsRequestAndTheAnswersBeforeItStand() {
    var requests = List.of(images.subList(0, 1), images.subList(1, 2), List.of(new byte[] {7}));
    try (var client = new EmbeddingClient(options());
        var answers = client.embedStream("called@1", requests.stream())) {
      var iterator = answers.iterator();
      assertSame(List.of(iterator.next().vectors()), 0);
      assertSame(List.of(iterator.next().vectors()), 1);
      var refusal = catchThrowableOfType(EmbeddingException.class, iterator::next);

      assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refusal).hasMessageStartingWith("images[0]: ");
    }
  }

  @Test
  void aServiceThatIsNotThereYetIsTriedAgain() throws Exception {
    try (var relay = new Relay(serving.grpcPort(), 3);
        var client = new EmbeddingClient(through(relay), new Random(1))) {
      assertSame(List.of(client.embed("called@1", images.getFirst())), 0);
      assertThat(relay.refusalsLeft()).isZero();
    }
  }

  @Test
  void aServiceThatStaysAwayIsGivenUp() throws Exception {
    var thrice = new Retries(3, Duration.ofMillis(1), Duration.ofMillis(1));
    try (var relay = new Relay(serving.grpcPort(), 1_000);
        var client = new EmbeddingClient(through(relay).with(thrice), new Random(1))) {
      var failure =
          catchThrowableOfType(
              EmbeddingException.class, () -> client.embed("called@1", images.getFirst()));
      assertThat(failure.code()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(1_000 - relay.refusalsLeft()).isBetween(1, 3);
    }
  }

  @Test
  void aCallWhoseConnectionBreaksIsMadeAgain() throws Exception {
    long before = ended("slow-call@1", "ok");
    double waiting = waiting();
    try (var relay = new Relay(serving.grpcPort(), 0);
        var client = new EmbeddingClient(through(relay), new Random(1))) {
      var answer = client.embedAsync("slow-call", images.subList(0, 2));
      await().atMost(PATIENCE).until(() -> waiting() > waiting);
      relay.cut();

      assertThat(answer.get(30, TimeUnit.SECONDS).vectors()).hasDimensions(2, expected[0].length);
      await().atMost(PATIENCE).until(() -> ended("slow-call@1", "ok") == before + 1);
    }
  }

  @Test
  void aFullServiceIsCalledAgainWhenItSaid() throws Exception {
    var greedy = options().as("greedy-client", Priority.INTERACTIVE);
    try (var client = new EmbeddingClient(greedy, new Random(1))) {
      var held = client.embedAsync("parked-call", images.subList(0, 16));
      var alsoHeld = client.embedAsync("parked-call", images.subList(0, 16));
      awaitRefusal(greedy);
      double before = serving.counted("athanor.embedding.rejected", "protocol", "grpc");

      var answer = client.embedAsync("called@1", images.subList(0, 1));
      await()
          .atMost(PATIENCE)
          .until(() -> serving.counted("athanor.embedding.rejected", "protocol", "grpc") > before);
      assertThat(answer).isNotDone();
      held.cancel(true);

      assertSame(List.of(answer.get(30, TimeUnit.SECONDS).vectors()), 0);
      alsoHeld.cancel(true);
      assertThatThrownBy(alsoHeld::join).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void withoutFurtherAttemptsARefusalSaysWhenToComeBack() throws Exception {
    var greedy = options().as("hurried-client", Priority.BULK);
    try (var client = new EmbeddingClient(greedy)) {
      var held = client.embedAsync("parked-call", images.subList(0, 16));
      var failure = awaitRefusal(greedy);

      assertThat(failure.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(failure.retryAfter()).contains(Duration.ofSeconds(1));
      held.cancel(true);
    }
  }

  @Test
  void whatIsWrongIsRefusedOnceInTheServicesWords() {
    long before = ended("called@1", "unprocessable");
    try (var client = new EmbeddingClient(options())) {
      var noImage = "no image".getBytes(StandardCharsets.UTF_8);
      var failure =
          catchThrowableOfType(EmbeddingException.class, () -> client.embed("called@1", noImage));
      assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure).hasMessageStartingWith("images[0]: ");
      assertThat(ended("called@1", "unprocessable")).isEqualTo(before + 1);

      var unknown =
          catchThrowableOfType(EmbeddingException.class, () -> client.getModel("not-called"));
      assertThat(unknown.code()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(unknown).hasMessageContaining("not-called");
    }
  }

  /// The service hears of a passed deadline from its own clock or by the caller's hanging up,
  /// whichever is first, and of a call whose time was over before it was connected not at all.
  @Test
  void aCallEndsWithItsDeadline() {
    long before = ended("parked-call@1", "deadline") + ended("parked-call@1", "gone");
    try (var client = new EmbeddingClient(options().within(Duration.ofMillis(400)))) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                assertLate(() -> client.embed("parked-call", images.subList(0, 2)));
                return ended("parked-call@1", "deadline") + ended("parked-call@1", "gone") > before;
              });
      try (var answers =
          client.embedStream("parked-call", List.of(images.subList(0, 2)).stream())) {
        assertLate(answers::findFirst);
      }
    }
  }

  private static void assertLate(ThrowingCallable call) {
    var failure = catchThrowableOfType(EmbeddingException.class, call);
    assertThat(failure.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void whoCancelsOrIsInterruptedHangsUp() throws Exception {
    long before = ended("left-call@1", "gone");
    double waiting = waiting();
    try (var client = new EmbeddingClient(options().as("leaving", Priority.INTERACTIVE));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer = client.embedAsync("left-call", images.subList(0, 2));
      var blocking =
          threads.submit(
              () ->
                  catchThrowableOfType(
                          EmbeddingException.class,
                          () -> client.embed("left-call", images.subList(0, 2)))
                      .code());
      await().atMost(PATIENCE).until(() -> waiting() >= waiting + 4);
      answer.cancel(true);
      threads.shutdownNow();

      assertThat(blocking.get(30, TimeUnit.SECONDS)).isEqualTo(Status.Code.CANCELLED);
    }
    await().atMost(PATIENCE).until(() -> ended("left-call@1", "gone") >= before + 2);
  }

  @Test
  void closingWaitsForWhatIsUnderWay() {
    double waiting = waiting();
    var client = new EmbeddingClient(options());
    var answer = client.embedAsync("slow-call", images.subList(0, 2));
    await().atMost(PATIENCE).until(() -> waiting() > waiting);
    client.close();

    assertThat(answer).isCompletedWithValueMatching(one -> one.model().equals("slow-call@1"));
  }

  /// Asks without further attempts until the service has no place for this caller.
  private static EmbeddingException awaitRefusal(ClientOptions caller) {
    try (var client = new EmbeddingClient(caller.with(Retries.NONE))) {
      return await("the queue is full for " + caller.caller())
          .atMost(PATIENCE)
          .until(
              () ->
                  catchThrowableOfType(
                      EmbeddingException.class,
                      () -> client.embed("called@1", images.subList(0, 16))),
              Objects::nonNull);
    }
  }

  private static ClientOptions through(Relay relay) {
    return ClientOptions.plaintext(relay.address()).with(QUICK);
  }

  /// @param from which image the first of the rows is of
  private static void assertSame(List<float[]> rows, int from) {
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i))
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(expected[from + i]);
    }
  }

  private static double waiting() {
    return serving.meters().find("athanor.embedding.queue.length").gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }

  private static long ended(String model, String outcome) {
    return serving
        .meters()
        .find("athanor.embedding.request")
        .tags("model", model, "outcome", outcome)
        .timers()
        .stream()
        .mapToLong(timer -> timer.count())
        .sum();
  }
}
