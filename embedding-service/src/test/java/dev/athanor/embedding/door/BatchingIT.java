package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Graphs;
import dev.athanor.embedding.Published;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.TextEncoders;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What callers of several protocols see of the one queue.
class BatchingIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path folder;
  private static Serving serving;
  private static final List<byte[]> images = Encoders.images(16, 4);

  @BeforeAll
  static void start() throws Exception {
    var settings = new HashMap<String, String>();
    settings.put("ATHANOR_BATCHING_QUEUE", "64");
    settings.put("ATHANOR_EMBED_IMAGES", "16");
    settings.put("ATHANOR_BATCHING_PARALLEL", "1"); // several would share what waits
    settings.put("ATHANOR_EMBED_BODIES", "32MB");
    settings.put("athanor.batching.models.meeting.max-delay", "1s");
    settings.put("athanor.batching.models.waiting.max-delay", "3s");
    settings.put("athanor.batching.models.waiting.max-batch", "64");
    settings.put("athanor.batching.models.slow.max-delay", "3s");
    settings.put("athanor.batching.models.slow.max-batch", "16");
    settings.put("athanor.batching.models.parked.max-delay", "60s");
    settings.put("athanor.batching.models.parked.max-batch", "32");
    serving = new Serving(folder, settings);
    serving.publish(TextEncoders.train(folder.resolve("terms"), "terms", 1, "masked").published());
    serving.awaitServed("terms", "terms@1");
    for (var name : List.of("parked", "meeting", "waiting")) {
      serving.publish(Encoders.train(folder.resolve(name), name, 1, 4));
      serving.awaitServed(name, name + "@1");
      Door.RAW_JSON.embed(serving, name, images.subList(0, 1)).vectors();
    }
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  @Test
  void callersOfAllProtocolsShareForwardPasses() throws Exception {
    var alone = Door.RAW_JSON.embed(serving, "meeting", images.subList(0, 1)).vectors()[0];
    var before = serving.passes("meeting@1");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Answer>>();
      for (var door : Door.values()) {
        calls.add(() -> door.embed(serving, "meeting", images.subList(0, 1)));
      }
      for (var answer : threads.invokeAll(calls)) {
        assertThat(answer.get().vectors()[0])
            .usingComparatorWithPrecision(1e-6f)
            .containsExactly(alone);
      }
    }
    var after = serving.passes("meeting@1");
    double inputs = of(after, "inputs") - of(before, "inputs");
    double passes = of(after, "passes") - of(before, "passes");
    assertThat(inputs).isEqualTo(Door.values().length);
    assertThat(passes).isLessThan(inputs / 2);
  }

  /// Its first call is of sixteen images, of which some hundred milliseconds' worth are a pass.
  @Test
  void theFirstPassesOfASlowModelAreShortToo() throws Exception {
    var slow = Files.createDirectories(folder.resolve("hesitant"));
    Files.write(slow.resolve("model.onnx"), Graphs.model(Graphs.loop(200_000)).toBytes());
    serving.publish(
        Published.of(slow, "hesitant", 1, Graphs.card(Graphs.DIMENSIONS), "model.onnx"));
    serving.awaitServed("hesitant", "hesitant@1");

    assertThat(Door.RAW_JSON.embed(serving, "hesitant", images).status()).isEqualTo(200);

    assertThat(of(serving.passes("hesitant@1"), "inputs")).isEqualTo(16);
    assertThat(of(serving.passes("hesitant@1"), "passes")).isGreaterThan(1);
  }

  /// Nothing more of this model is inferred before a batch is full, so that everybody leaves first.
  @Test
  void nothingIsInferredForCallersWhoHaveGone() throws Exception {
    hangUp(images.getFirst());
    var leaving =
        EmbeddingServiceGrpc.newFutureStub(serving.channel())
            .embed(Door.embedRequest("parked", images.subList(0, 1)));
    await().atMost(PATIENCE).until(() -> waiting() >= 2);
    leaving.cancel(true);

    var impatient =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                EmbeddingServiceGrpc.newBlockingStub(serving.channel())
                    .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
                    .embed(Door.embedRequest("parked", images.subList(0, 1))));
    assertThat(impatient.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    var header = Map.of("x-athanor-timeout-ms", "500");
    assertThat(Door.RAW_JSON.embed(serving, "parked", images.subList(0, 1), header).status())
        .isEqualTo(504);
    await().atMost(PATIENCE).until(() -> ended("gone") == 2 && ended("deadline") == 2);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var caller : List.of("one", "other")) {
        threads.submit(
            () ->
                Door.RAW_JSON
                    .embed(serving, "parked", images, Map.of("x-athanor-caller", caller))
                    .vectors());
      }
    }
    assertThat(serving.passes("parked@1")).isEqualTo(Map.of("passes", 1.0 + 1, "inputs", 1.0 + 32));
    assertThat(dropped("caller")).isEqualTo(2);
    assertThat(dropped("deadline")).isEqualTo(2);
  }

  /// Calls of the parked model that have ended so.
  private static long ended(String outcome) {
    return serving
        .meters()
        .find("athanor.embedding.request")
        .tags("model", "parked@1", "outcome", outcome)
        .timers()
        .stream()
        .mapToLong(timer -> timer.count())
        .sum();
  }

  @Test
  void beyondItsPlacesACallerIsRefusedAtOnceThroughEveryDoor() throws Exception {
    var greedy = Map.of("x-athanor-caller", "greedy");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var accepted = new ArrayList<Future<Answer>>();
      for (int i = 0; i < 2; i++) {
        accepted.add(threads.submit(() -> Door.RAW_JSON.embed(serving, "waiting", images, greedy)));
      }
      await().atMost(PATIENCE).until(() -> waiting() >= 32);

      for (var door : Door.values()) {
        var refused = door.embed(serving, "waiting", images.subList(0, 1), greedy);
        assertThat(refused.status()).as("%s", door).isEqualTo(429);
        assertThat(refused.message()).contains("queue: no room for 1 inputs");
      }
      for (var door : TextDoor.values()) {
        var refused = door.embed(serving, "terms", List.of("gold"), greedy);
        assertThat(refused.status()).as("%s", door).isEqualTo(429);
        assertThat(refused.message()).contains("queue: no room for 1 inputs");
      }
      var bulk = Map.of("x-athanor-caller", "other", "x-athanor-priority", "bulk");
      // Half of all is held, and an eighth of all is bulk's in any case.
      assertThat(Door.GRPC.embed(serving, "waiting", images.subList(0, 9), bulk).status())
          .isEqualTo(429);
      accepted.add(
          threads.submit(() -> Door.GRPC.embed(serving, "waiting", images.subList(0, 1), bulk)));
      assertThat(
              Door.raw(serving, "waiting", images.subList(0, 1), greedy, "*/*", "")
                  .headers()
                  .firstValue("Retry-After"))
          .contains("1");
      assertThat(retryHint()).isEqualTo("1000");

      var modest = Map.of("x-athanor-caller", "modest");
      accepted.add(
          threads.submit(() -> Door.GRPC.embed(serving, "waiting", images.subList(0, 1), modest)));
      for (var answer : accepted) {
        answer.get().vectors();
      }
    }
    for (var protocol : List.of("raw", "openai", "inference-rest", "inference-grpc", "grpc")) {
      assertThat(rejected(protocol, "interactive")).as(protocol).isPositive();
    }
    assertThat(rejected("grpc", "bulk")).isPositive();
  }

  /// Behind a proxy that the service trusts, here one on its own machine, a caller is known by the
  /// address that the proxy tells.
  @Test
  void callersBehindATrustedProxyAreToldApart() throws Exception {
    var one = Map.of("X-Forwarded-For", "203.0.113.7");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var accepted = new ArrayList<Future<Answer>>();
      for (int i = 0; i < 2; i++) {
        accepted.add(threads.submit(() -> Door.RAW_JSON.embed(serving, "waiting", images, one)));
      }
      await().atMost(PATIENCE).until(() -> waiting() >= 32);

      var single = images.subList(0, 1);
      assertThat(Door.RAW_JSON.embed(serving, "waiting", single, one).status()).isEqualTo(429);
      // What gRPC's metadata say of addresses counts for nothing.
      assertThat(Door.GRPC.embed(serving, "meeting", single, one).status()).isEqualTo(200);
      var other = Map.of("X-Forwarded-For", "203.0.113.8");
      assertThat(Door.RAW_JSON.embed(serving, "waiting", single, other).status()).isEqualTo(200);
      for (var answer : accepted) {
        answer.get().vectors();
      }
    }
  }

  @Test
  void whatAnybodyElseSaysOfAddressesIsNotBelieved() throws Exception {
    var settings =
        Map.of(
            "ATHANOR_TRUSTED_PROXIES", "192.0.2.0/24",
            "ATHANOR_BATCHING_QUEUE", "64",
            "ATHANOR_EMBED_IMAGES", "16",
            "ATHANOR_BATCHING_MAX_BATCH", "64",
            "ATHANOR_BATCHING_MAX_DELAY", "3s");
    var folder = BatchingIT.folder.resolve("distrustful");
    try (var distrustful = new Serving(folder, settings);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      distrustful.awaitServed("meeting", "meeting@1");
      var accepted = new ArrayList<Future<Answer>>();
      for (int i = 0; i < 2; i++) {
        var made = Map.of("X-Forwarded-For", "203.0.113." + i);
        accepted.add(
            threads.submit(() -> Door.RAW_JSON.embed(distrustful, "meeting", images, made)));
      }
      await().atMost(PATIENCE).until(() -> waiting(distrustful) >= 32);
      var made = Map.of("X-Forwarded-For", "203.0.113.9");
      var refused = Door.RAW_JSON.embed(distrustful, "meeting", images.subList(0, 1), made);
      assertThat(refused.status()).isEqualTo(429);
      for (var answer : accepted) {
        answer.get().vectors();
      }
    }
  }

  @Test
  void messagesCountAsBodiesDoUntilTheirCallsEnd() throws Exception {
    var image = images.getFirst();
    var padded = Arrays.copyOf(image, 12 << 20); // what is behind an image's end is not read
    var two = Door.embedRequest("waiting", List.of(padded, image));
    var held = EmbeddingServiceGrpc.newFutureStub(serving.channel()).embed(two);
    await().atMost(PATIENCE).until(() -> waiting() >= 2);
    double before = serving.counted("athanor.embedding.rejected");
    for (var door : List.of(Door.GRPC, Door.INFERENCE_GRPC, Door.RAW_JSON)) {
      var refused = door.embed(serving, "meeting", List.of(padded));
      assertThat(refused.status()).as("%s", door).isEqualTo(429);
      assertThat(refused.message()).contains("requests in memory");
    }
    await()
        .atMost(PATIENCE)
        .until(() -> serving.counted("athanor.embedding.rejected") == before + 3);
    assertThat(held.get().getEmbeddingsCount()).isEqualTo(2);
    for (var door : List.of(Door.GRPC, Door.INFERENCE_GRPC, Door.RAW_JSON)) {
      assertThat(door.embed(serving, "meeting", List.of(padded)).status()).isEqualTo(200);
    }
  }

  @Test
  void aClassThatIsNoneIsRefused() {
    var headers = Map.of("x-athanor-priority", "urgent");
    for (var door : Door.values()) {
      assertThat(door.embed(serving, "meeting", images.subList(0, 1), headers).status())
          .as("%s", door)
          .isEqualTo(400);
    }
  }

  private static String retryHint() {
    var refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                EmbeddingServiceGrpc.newBlockingStub(serving.channel())
                    .withInterceptors(
                        MetadataUtils.newAttachHeadersInterceptor(
                            Door.meta(Map.of("x-athanor-caller", "greedy"))))
                    .embed(Door.embedRequest("waiting", images.subList(0, 1))));
    var trailers = refused.getTrailers();
    return trailers == null
        ? ""
        : String.valueOf(
            trailers.get(
                Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)));
  }

  /// Sends a whole request, and closes the connection before there is an answer.
  private static void hangUp(byte[] image) throws IOException {
    try (var socket = new Socket("127.0.0.1", serving.root().getPort())) {
      var head =
          "POST /v1/models/parked/embed HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"
              + "Content-Length: %d\r\n\r\n".formatted(image.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(image);
      socket.getOutputStream().flush();
    }
  }

  private static double waiting() {
    return waiting(serving);
  }

  private static double waiting(Serving service) {
    return service
        .meters()
        .get("athanor.embedding.queue.length")
        .tag("class", "interactive")
        .gauge()
        .value();
  }

  private static double rejected(String protocol, String urgency) {
    return serving.counted("athanor.embedding.rejected", "protocol", protocol, "class", urgency);
  }

  private static double dropped(String reason) {
    return serving.counted("athanor.embedding.dropped", "model", "parked@1", "reason", reason);
  }

  private static double of(Map<String, Double> passes, String what) {
    return passes.getOrDefault(what, 0.0);
  }
}
