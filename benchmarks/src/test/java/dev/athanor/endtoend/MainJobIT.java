package dev.athanor.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.primitives.Floats;
import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbedResponse;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.embedding.GetModelRequest;
import dev.athanor.launcher.demo.ShapesArchive;
import dev.athanor.launcher.process.Service;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import dev.athanor.preprocessing.ImagePreprocessing;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Images go in, vectors come out, through all five services.
class MainJobIT {
  private static final JsonMapper JSON = JsonMapper.shared();

  private static RunningPlatform platform;
  private static ShapesRuns runs;
  private static JsonNode finished;
  private static byte[] sample;
  private static ManagedChannel channel;
  private static final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void runTheMainJob() throws Exception {
    platform = new RunningPlatform(Map.of()).start(Service.values());
    runs = new ShapesRuns(platform.gateway());
    var tar = new ByteArrayOutputStream();
    new ShapesArchive(1, 600, 150).writeTo(tar);
    runs.ingest("shapes", tar.toByteArray());
    finished =
        runs.finish(
            runs.start(
                ShapesRuns.spec(
                    "simclr-shapes", "shapes", Map.of("training", Map.of("steps", 20)))));
    sample = runs.gateway().bytes("/v1/datasets/shapes/versions/1/samples/test/0/image");
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", platform.grpcPort()).usePlaintext().build();
    await("the model is served")
        .atMost(Duration.ofSeconds(30))
        .until(() -> embed("simclr-shapes", sample).statusCode() == 200);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    channel.shutdownNow();
    client.shutdownNow();
    platform.close();
  }

  @Test
  void theRunHasItsTableItsFiguresAndItsModel() {
    assertThat(finished.path("model").path("version").asInt()).isEqualTo(1);
    assertThat(finished.path("table").valueStream())
        .extracting(MainJobIT::probe)
        .containsExactlyInAnyOrder("random linear", "random knn", "simclr linear", "simclr knn");
    assertThat(finished.path("figures").propertyNames())
        .contains("collapse.std", "collapse.rankme", "collapse.alignment", "collapse.uniformity");
  }

  /// REST, OpenAI's shape in both encodings, and gRPC in both ways: the same vector to the bit.
  @Test
  void allDoorsGiveTheSameVector() throws Exception {
    var raw = floats(JSON.readTree(embed("simclr-shapes", sample).body()).path("embedding"));
    assertThat(raw).hasSize(64).isNotEqualTo(new float[64]);

    assertThat(floats(openAi("float").at("/data/0/embedding"))).isEqualTo(raw);
    var packed = Base64.getDecoder().decode(openAi("base64").at("/data/0/embedding").asString());
    var unpacked = new float[raw.length];
    ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(unpacked);
    assertThat(unpacked).isEqualTo(raw);

    var request =
        EmbedRequest.newBuilder()
            .setModel("simclr-shapes@latest")
            .addImages(ByteString.copyFrom(sample))
            .setRequestId("one")
            .build();
    var answer = EmbeddingServiceGrpc.newBlockingStub(channel).embed(request);
    assertThat(answer.getModel()).isEqualTo("simclr-shapes@1");
    assertThat(Floats.toArray(answer.getEmbeddings(0).getValuesList())).isEqualTo(raw);

    var streamed = stream(request, request.toBuilder().setRequestId("two").build());
    assertThat(streamed).extracting(EmbedResponse::getRequestId).containsExactly("one", "two");
    assertThat(Floats.toArray(streamed.get(1).getEmbeddings(0).getValuesList())).isEqualTo(raw);
  }

  @Test
  void anImageOfAnotherSizeIsTreatedAsTheCardSays() throws Exception {
    var pixels = new byte[90 * 70 * 3];
    new Random(5).nextBytes(pixels);
    var large = new Image(90, 70, 3, pixels);
    var view = new byte[32 * 32 * 3];
    ImagePreprocessing.view(large, 32, 32, view, 0);

    var found = embed("simclr-shapes", new ImageEncoder().png(large));
    var expected = embed("simclr-shapes", new ImageEncoder().png(new Image(32, 32, 3, view)));

    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(found.body()).isEqualTo(expected.body());
  }

  @Test
  void anUnknownModelIsA404ThatListsWhatThereIs() throws Exception {
    var answer = embed("no-such-model", sample);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("no-such-model").contains("one of simclr-shapes");
    assertThat(embed("simclr-shapes@7", sample).body()).contains("simclr-shapes@latest");
  }

  @Test
  void anUnknownModelIsNotFoundOverGrpc() {
    var asked = GetModelRequest.newBuilder().setModel("no-such-model").build();
    var stub = EmbeddingServiceGrpc.newBlockingStub(channel);
    assertThat(
            catchThrowableOfType(StatusRuntimeException.class, () -> stub.getModel(asked))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void whatIsNoImageIsRefusedAndTheServiceGoesOn() throws Exception {
    var noise = new byte[10 << 20];
    new Random(6).nextBytes(noise);
    var truncated = Arrays.copyOf(sample, sample.length / 2);
    for (var bytes : List.of(new byte[] {7}, noise, truncated)) {
      var answer = embed("simclr-shapes", bytes);
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(JSON.readTree(answer.body()).path("detail").asString()).startsWith("images[0]: ");
    }
    assertThat(embed("simclr-shapes", new byte[0]).statusCode()).isEqualTo(422);
    assertThat(embed("simclr-shapes", sample).statusCode()).isEqualTo(200);
  }

  @Test
  void aBodyAboveTheLimitIsA413() throws Exception {
    assertThat(embed("simclr-shapes", new byte[33 << 20]).statusCode()).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"simclr-shapes\"}",
        "{\"model\":\"simclr-shapes\",\"input\":7}",
        "{\"model\":\"simclr-shapes\",\"input\":\"not base64!\"}",
        "{\"model\":\"simclr-shapes\",\"input\":\"AAAA\",\"encoding_format\":\"int8\"}",
        "{\"input\":\"AAAA\"}",
        "{"
      })
  void aBadRequestIsOpenAisErrorObject(String body) throws Exception {
    var answer = post("/v1/embeddings", "application/json", BodyPublishers.ofString(body));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).at("/error/type").asString())
        .isEqualTo("invalid_request_error");
  }

  @Test
  void withoutALanguageModelCompletionsSayHowToSetOne() throws Exception {
    var answer =
        post(
            "/v1/chat/completions",
            "application/json",
            BodyPublishers.ofString("{\"messages\":[]}"));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(JSON.readTree(answer.body()).at("/error/message").asString())
        .contains("ATHANOR_LANGUAGE_URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"augmentation-service", "trainer-service", "embedding-service", "prompt-service"})
  void everyServiceHasItsOpenApiAtTheGateway(String service) throws Exception {
    var document = runs.gateway().get("/v3/api-docs/" + service);

    assertThat(document.path("openapi").asString()).startsWith("3.");
    assertThat(document.path("paths").propertyNames()).isNotEmpty();
  }

  @Test
  void theMailboxIsEmptyAfterTheRun() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", platform.setting("ATHANOR_KAFKA")))) {
      await("nothing lies in athanor.batches")
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  offsets(admin, OffsetSpec.earliest())
                      .equals(offsets(admin, OffsetSpec.latest())));
      assertThat(offsets(admin, OffsetSpec.latest()).values()).anyMatch(end -> end > 0);
    }
  }

  @Test
  void shuffledLabelsDropEveryProbeToChance() throws Exception {
    runs.ingest("grey", new GreyLevels(500, 300, false).tar());
    runs.ingest("grey-shuffled", new GreyLevels(500, 300, true).tar());

    // Brightness is the length of an untrained network's vectors, of which cosines see nothing.
    assertThat(probes("grey"))
        .allSatisfy(
            (probe, accuracy) ->
                assertThat(accuracy).isGreaterThan(probe.equals("random knn") ? 0.15 : 0.6));
    assertThat(probes("grey-shuffled").values()).allMatch(accuracy -> accuracy < 0.2);
  }

  private static Map<String, Double> probes(String dataset) throws Exception {
    var spec =
        ShapesRuns.spec(
            "simclr-" + dataset,
            dataset,
            Map.of(
                "training",
                // Enough for the running statistics of batch normalisation to arrive.
                Map.of("steps", 60),
                "augmentation",
                Map.of("size", 16, "colourJitter", Map.of("probability", 0))));
    var table = runs.finish(runs.start(spec)).path("table");
    return table
        .valueStream()
        .collect(Collectors.toMap(MainJobIT::probe, cell -> cell.path("accuracy").asDouble()));
  }

  private static String probe(JsonNode cell) {
    return cell.path("encoder").asString() + " " + cell.path("method").asString();
  }

  private static Map<TopicPartition, Long> offsets(Admin admin, OffsetSpec spec) throws Exception {
    var partitions =
        admin.describeTopics(List.of("athanor.batches")).allTopicNames().get().values().stream()
            .flatMap(
                topic ->
                    topic.partitions().stream()
                        .map(one -> new TopicPartition(topic.name(), one.partition())))
            .collect(Collectors.toMap(partition -> partition, _ -> spec));
    return admin.listOffsets(partitions).all().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  private static List<EmbedResponse> stream(EmbedRequest... requests) throws Exception {
    var answers = new ArrayList<EmbedResponse>();
    var done = new CompletableFuture<List<EmbedResponse>>();
    var sending =
        EmbeddingServiceGrpc.newStub(channel)
            .embedStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(EmbedResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    done.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    done.complete(answers);
                  }
                });
    for (var request : requests) {
      sending.onNext(request);
    }
    sending.onCompleted();
    return done.get(30, TimeUnit.SECONDS);
  }

  private static JsonNode openAi(String encoding) throws IOException, InterruptedException {
    var input = "data:image/png;base64," + Base64.getEncoder().encodeToString(sample);
    return runs.gateway()
        .post(
            "/v1/embeddings",
            Map.of("model", "simclr-shapes", "input", input, "encoding_format", encoding));
  }

  private static HttpResponse<String> embed(String model, byte[] image)
      throws IOException, InterruptedException {
    return post("/v1/models/" + model + "/embed", "image/png", BodyPublishers.ofByteArray(image));
  }

  private static HttpResponse<String> post(String path, String type, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(platform.url(Service.GATEWAY) + path))
            .header("Content-Type", type)
            .timeout(Duration.ofSeconds(60))
            .POST(body)
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static float[] floats(JsonNode numbers) {
    var floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers.get(i).asDouble();
    }
    return floats;
  }
}
