package dev.athanor.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.athanor.launcher.process.Service;
import dev.athanor.learning.onnx.Onnx;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An encoder that a caller brings goes in at the gateway, is tried, and answers there.
@Timeout(600)
class OwnModelIT {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int SIDE = 8;
  private static final int DIMENSIONS = 3 * SIDE * SIDE;

  /// More than the heap of the gateway, which has 384 MB.
  private static final int WEIGHTS_BYTES = 420 << 20;

  private static final String CARD =
      """
      {"kind": "image-encoder",
       "input": {"name": "pixels", "layout": "NCHW", "type": "float32", "height": 8, "width": 8, "channels": 3,
         "resize": "shorter-side", "crop": "centre", "interpolation": "bilinear", "scale": 0.00392156862745098,
         "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
       "output": {"name": "embedding", "dimensions": 192}}""";

  @TempDir static Path folder;
  private static RunningPlatform platform;
  private static final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws IOException {
    platform =
        new RunningPlatform(folder, Map.of("ATHANOR_TRAINER_ROLES", "api"))
            .start(Service.GATEWAY, Service.TRAINER, Service.EMBEDDING);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    platform.close();
    client.close();
  }

  @Test
  void aLargeUploadPassesTheGatewayIsTriedAndServes() throws Exception {
    var file = folder.resolve("model.onnx");
    try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
      flatten("Flatten", WEIGHTS_BYTES).writeTo(out);
    }
    var uploaded = upload("large", BodyPublishers.ofFile(file));
    assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(202);
    var at = uploaded.headers().firstValue("Location").orElseThrow();
    assertThat(JSON.readTree(uploaded.body()).path("state").stringValue()).isEqualTo("PENDING");
    var tried = tried(at);
    assertThat(tried.path("state").stringValue()).as(tried.toString()).isEqualTo("READY");
    assertThat(tried.path("aliases").path(0).stringValue()).isEqualTo("latest");
    assertThat(tried.at("/trial/memoryBytes").longValue()).isPositive();

    var pixels = new byte[DIMENSIONS];
    new Random(5).nextBytes(pixels);
    var png = new ImageEncoder().png(new Image(SIDE, SIDE, 3, pixels));
    var vector =
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> embed("large", png), answer -> answer.statusCode() == 200);
    var row = JSON.readTree(vector.body()).path("embedding");
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        double expected = ((pixels[i * 3 + c] & 0xff) / 255.0 - 0.5) / 0.5;
        assertThat(row.path(c * SIDE * SIDE + i).doubleValue()).isCloseTo(expected, within(1e-6));
      }
    }
  }

  @Test
  void whatIsRejectedSaysWhyAtTheGateway() throws Exception {
    var uploaded =
        upload("broken", BodyPublishers.ofByteArray(flatten("NoSuchOperator", 0).toByteArray()));
    var tried = tried(uploaded.headers().firstValue("Location").orElseThrow());
    assertThat(tried.path("state").stringValue()).isEqualTo("REJECTED");
    assertThat(tried.path("reason").stringValue()).contains("NoSuchOperator");
    var refused =
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> embed("broken@1", new byte[] {1}), answer -> answer.statusCode() == 404);
    assertThat(refused.body()).contains("it is REJECTED: ");
  }

  private static HttpResponse<String> upload(String model, BodyPublisher onnx) throws Exception {
    var head =
        """
        --b\r
        Content-Disposition: form-data; name="card"; filename="card.json"\r
        \r
        %s\r
        --b\r
        Content-Disposition: form-data; name="model"; filename="model.onnx"\r
        \r
        """
            .formatted(CARD);
    var body =
        BodyPublishers.concat(
            BodyPublishers.ofString(head), onnx, BodyPublishers.ofString("\r\n--b--\r\n"));
    return client.send(
        request("/v1/registry/models/%s/versions".formatted(model))
            .header("Content-Type", "multipart/form-data; boundary=b")
            .POST(body)
            .build(),
        BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private static JsonNode tried(String version) {
    return Awaitility.await(version + " is tried")
        .atMost(Duration.ofMinutes(3))
        .until(
            () ->
                JSON.readTree(
                    client.send(request(version).build(), BodyHandlers.ofString()).body()),
            shown -> !shown.path("state").stringValue().equals("PENDING"));
  }

  private static HttpResponse<String> embed(String model, byte[] image) throws Exception {
    return client.send(
        request("/v1/models/%s/embed".formatted(model))
            .header("Content-Type", "image/png")
            .POST(BodyPublishers.ofByteArray(image))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(platform.url(Service.GATEWAY) + path))
        .timeout(Duration.ofMinutes(3));
  }

  /// A graph of one operator, and of weights that nobody reads.
  private static Onnx.Model flatten(String operator, int weights) {
    var graph =
        Onnx.Graph.newBuilder()
            .setName("encoder")
            .addNode(
                Onnx.Node.newBuilder()
                    .setName("only")
                    .setOpType(operator)
                    .addInput("pixels")
                    .addOutput("embedding"))
            .addInput(value("pixels", 3, SIDE, SIDE))
            .addOutput(value("embedding", DIMENSIONS));
    if (weights > 0) {
      graph.addInitializer(
          Onnx.Tensor.newBuilder()
              .setName("weights")
              .addDims(weights / Float.BYTES)
              .setDataType(Onnx.ElementType.FLOAT_VALUE)
              .setRawData(ByteString.copyFrom(new byte[weights])));
    }
    return Onnx.Model.newBuilder()
        .setIrVersion(8)
        .setGraph(graph)
        .addOpsetImport(Onnx.OperatorSet.newBuilder().setVersion(17))
        .build();
  }

  private static Onnx.Value value(String name, int... sizes) {
    var shape = Onnx.Shape.newBuilder().addDim(Onnx.Dimension.newBuilder().setDimParam("N"));
    for (int size : sizes) {
      shape.addDim(Onnx.Dimension.newBuilder().setDimValue(size));
    }
    return Onnx.Value.newBuilder()
        .setName(name)
        .setType(
            Onnx.Type.newBuilder()
                .setTensorType(
                    Onnx.Type.OfTensor.newBuilder()
                        .setElemType(Onnx.ElementType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }
}
