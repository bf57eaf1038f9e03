package dev.athanor.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc.EmbeddingServiceFutureStub;
import dev.athanor.endtoend.OtlpReceiver.Received;
import dev.athanor.launcher.process.Service;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// A caller's trace goes on through gateway, service and batching, to a collector.
class TracesIT {
  private static final String CALLER = "00f067aa0ba902b7";
  private static final HttpClient client = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static OtlpReceiver receiver;
  private static RunningPlatform platform;
  private static ManagedChannel channel;
  private static byte[] image;

  @BeforeAll
  static void start() throws Exception {
    receiver = new OtlpReceiver();
    platform =
        new RunningPlatform(
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint(),
                "OTEL_BSP_SCHEDULE_DELAY", "100",
                // What nobody has asked to trace is not.
                "OTEL_TRACES_SAMPLER", "parentbased_always_off",
                // A forward pass begins when it has two inputs, whenever they come.
                "ATHANOR_BATCHING_MAX_BATCH", "2",
                "ATHANOR_BATCHING_MAX_DELAY", "60s"));
    platform.start(Service.EMBEDDING, Service.GATEWAY);
    PublishedEncoder.publish(folder.resolve("model"), "traced");
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", platform.grpcPort()).usePlaintext().build();
    image = new ImageEncoder().png(new Image(32, 32, 3, new byte[32 * 32 * 3]));
    await("the model is served")
        .atMost(Duration.ofSeconds(60))
        .until(() -> openAi("traced", "00").statusCode() == 200);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    platform.close();
    receiver.close();
    client.shutdownNow();
    channel.shutdownNow();
  }

  @Test
  void restGoesOnFromTheCallerThroughTheGatewayIntoTheForwardPass() throws Exception {
    assertThat(openAi("traced", trace(1), "01").statusCode()).isEqualTo(200);

    var spans = receiver.await(trace(1), 5);
    assertThat(spans).hasSize(5);
    var door = one(spans, "gateway", Span.SpanKind.SPAN_KIND_SERVER);
    var passedOn = one(spans, "gateway", Span.SpanKind.SPAN_KIND_CLIENT);
    var service = one(spans, "embedding-service", Span.SpanKind.SPAN_KIND_SERVER);
    var queue = named(spans, "queue");
    var inference = named(spans, "inference");

    assertThat(door.parent()).isEqualTo(CALLER);
    assertThat(passedOn.parent()).isEqualTo(door.id());
    assertThat(service.parent()).isEqualTo(passedOn.id());
    assertThat(List.of(queue.parent(), inference.parent())).containsOnly(service.id());
    assertThat(attributes(inference))
        .containsEntry("athanor.model", "traced@1")
        .containsEntry("athanor.batch.size", "2");
    assertThat(queue.span().getEndTimeUnixNano())
        .isEqualTo(inference.span().getStartTimeUnixNano());
    assertThat(service.span().getStartTimeUnixNano())
        .isLessThan(queue.span().getStartTimeUnixNano());
    assertThat(inference.span().getEndTimeUnixNano()).isLessThan(door.span().getEndTimeUnixNano());
  }

  @Test
  void grpcGoesOnFromTheCaller() throws Exception {
    grpc(trace(2)).embed(images(2)).get(30, TimeUnit.SECONDS);

    var spans = receiver.await(trace(2), 3);
    var service = one(spans, "embedding-service", Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(service.parent()).isEqualTo(CALLER);
    assertThat(List.of(named(spans, "queue").parent(), named(spans, "inference").parent()))
        .containsOnly(service.id());
  }

  @Test
  void requestsThatShareAForwardPassAreLinked() throws Exception {
    var first = grpc(trace(3)).embed(images(1));
    var second = grpc(trace(4)).embed(images(1));
    first.get(30, TimeUnit.SECONDS);
    second.get(30, TimeUnit.SECONDS);

    for (int own = 3; own <= 4; own++) {
      var other = trace(7 - own);
      var links = named(receiver.await(trace(own), 3), "inference").span().getLinksList();
      assertThat(links).hasSize(1);
      var service =
          one(receiver.await(other, 3), "embedding-service", Span.SpanKind.SPAN_KIND_SERVER);
      assertThat(links.getFirst().getTraceId()).isEqualTo(service.span().getTraceId());
      assertThat(links.getFirst().getSpanId()).isEqualTo(service.span().getSpanId());
    }
  }

  /// Neither does a trace begin by itself under this test's settings.
  @Test
  void whatTheCallerDoesNotTraceIsNotExportedButHasItsNumber() throws Exception {
    var answer = openAi("no-such-model", trace(5), "00");
    assertThat(answer.statusCode()).isEqualTo(404);
    var refused = raw("no-such-model", trace(5), "00");
    assertThat(JsonMapper.shared().readTree(refused.body()).path("traceId").asString())
        .isEqualTo(trace(5));

    grpc(trace(6)).embed(images(2)).get(30, TimeUnit.SECONDS);
    receiver.await(trace(6), 3);
    assertThat(receiver.of(trace(5))).isEmpty();
  }

  @Test
  void whatTheGatewayRefusesAndLogsHasTheNumberToo() throws Exception {
    var log = platform.log(Service.GATEWAY);
    int before = Files.readString(log).length();
    var request = request("/v1/datasets", trace(7), "00").GET();
    var refused = client.send(request.build(), BodyHandlers.ofString());

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(JsonMapper.shared().readTree(refused.body()).path("traceId").asString())
        .isEqualTo(trace(7));
    assertThat(Files.readString(log).substring(before)).contains(trace(7));
  }

  private static HttpResponse<String> openAi(String model, String flags)
      throws IOException, InterruptedException {
    return openAi(model, trace(9), flags);
  }

  /// Two images.
  private static HttpResponse<String> openAi(String model, String trace, String flags)
      throws IOException, InterruptedException {
    var one = "data:image/png;base64," + Base64.getEncoder().encodeToString(image);
    var body =
        JsonMapper.shared().writeValueAsString(Map.of("model", model, "input", List.of(one, one)));
    var request =
        request("/v1/embeddings", trace, flags)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> raw(String model, String trace, String flags)
      throws IOException, InterruptedException {
    var request =
        request("/v1/models/" + model + "/embed", trace, flags)
            .header("Content-Type", "image/png")
            .POST(BodyPublishers.ofByteArray(image));
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path, String trace, String flags) {
    return HttpRequest.newBuilder(URI.create(platform.url(Service.GATEWAY) + path))
        .timeout(Duration.ofSeconds(60))
        .header("traceparent", "00-%s-%s-%s".formatted(trace, CALLER, flags));
  }

  private static EmbeddingServiceFutureStub grpc(String trace) {
    var metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-%s-%s-01".formatted(trace, CALLER));
    return EmbeddingServiceGrpc.newFutureStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private static EmbedRequest images(int count) {
    var request = EmbedRequest.newBuilder().setModel("traced");
    for (int i = 0; i < count; i++) {
      request.addImages(ByteString.copyFrom(image));
    }
    return request.build();
  }

  private static String trace(int number) {
    return "4bf92f3577b34da6a3ce929d0e0e473" + number;
  }

  private static Received one(List<Received> spans, String service, Span.SpanKind kind) {
    var found =
        spans.stream().filter(one -> one.service().equals(service) && one.kind() == kind).toList();
    assertThat(found).as(service + " " + kind).hasSize(1);
    return found.getFirst();
  }

  private static Received named(List<Received> spans, String name) {
    var found = spans.stream().filter(one -> one.name().equals(name)).toList();
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }

  private static Map<String, String> attributes(Received span) {
    return span.span().getAttributesList().stream()
        .collect(
            Collectors.toMap(
                attribute -> attribute.getKey(),
                attribute ->
                    attribute.getValue().hasStringValue()
                        ? attribute.getValue().getStringValue()
                        : Long.toString(attribute.getValue().getIntValue())));
  }
}
