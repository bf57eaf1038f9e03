package dev.athanor.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.athanor.launcher.process.Service;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.huggingface.LlamaFolder;
import dev.athanor.learning.huggingface.LlamaModel;
import dev.athanor.learning.huggingface.TokenizerFiles;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.onnx.Onnx;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import dev.athanor.preprocessing.tokenizer.ByteLevel;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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

/// An encoder that a caller brings goes in at the gateway, is tried, and answers there; so does a
/// language model in Hugging Face's layout.
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
        // Half a gigabyte is hashed.
        new RunningPlatform(Map.of(), Service.TRAINER, Service.EMBEDDING)
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

  @Test
  void aLanguageModelIsImportedAndItsHiddenStatesServe() throws Exception {
    var net = new CausalTransformer(2, 32, 4, 2, 48, 320, 64, 500_000, 1e-6, true);
    var weights = Initialiser.tensors(net.languageModel().parameters(), 7);
    var model = new LlamaModel(net, weights, null, List.of(256));
    var source = folder.resolve("source");
    LlamaFolder.write(source, model, TokenizerFiles.of(model, ByteLevel.bytes()));
    var form = new LinkedHashMap<String, BodyPublisher>();
    for (var file : List.of(LlamaFolder.CONFIG, LlamaFolder.TOKENIZER, LlamaFolder.WEIGHTS)) {
      form.put(file, BodyPublishers.ofFile(source.resolve(file)));
    }

    var asked = send("/v1/registry/models/llama/imports", form);
    assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
    var at = asked.headers().firstValue("Location").orElseThrow();
    var done =
        Awaitility.await(at)
            .atMost(Duration.ofMinutes(2))
            .until(() -> show(at), shown -> !shown.path("finishedAt").isNull());
    assertThat(done.path("state").stringValue()).as(done.toString()).isEqualTo("SUCCEEDED");

    var text = "The old sailor kept the lantern.";
    var answer =
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> embedText("llama", text), found -> found.statusCode() == 200);
    var row = JSON.readTree(answer.body()).at("/data/0/embedding");
    long[] ids =
        Arrays.stream(Tokenizer.load(ByteLevel.bytes()).ids(text)).asLongStream().toArray();
    var expected = TrainersForward.of(((TextEncoder) net).embedding(), weights, ids);
    assertThat(row).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(row.path(i).doubleValue()).isCloseTo(expected[i], within(1e-4));
    }
  }

  private static HttpResponse<String> embedText(String model, String text) throws Exception {
    return client.send(
        request("/v1/embeddings")
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    JSON.writeValueAsString(Map.of("model", model, "input", text))))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> upload(String model, BodyPublisher onnx) throws Exception {
    var form = new LinkedHashMap<String, BodyPublisher>();
    form.put("card", BodyPublishers.ofString(CARD));
    form.put("model", onnx);
    return send("/v1/registry/models/%s/versions".formatted(model), form);
  }

  private static HttpResponse<String> send(String path, Map<String, BodyPublisher> form)
      throws Exception {
    var body = new ArrayList<BodyPublisher>();
    form.forEach(
        (name, content) -> {
          body.add(
              BodyPublishers.ofString(
                  "--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"file\"\r\n\r\n"
                      .formatted(name)));
          body.add(content);
          body.add(BodyPublishers.ofString("\r\n"));
        });
    body.add(BodyPublishers.ofString("--b--\r\n"));
    return client.send(
        request(path)
            .header("Content-Type", "multipart/form-data; boundary=b")
            .POST(BodyPublishers.concat(body.toArray(BodyPublisher[]::new)))
            .build(),
        BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private static JsonNode tried(String version) {
    return Awaitility.await(version + " is tried")
        .atMost(Duration.ofMinutes(3))
        .until(() -> show(version), shown -> !shown.path("state").stringValue().equals("PENDING"));
  }

  private static JsonNode show(String path) throws Exception {
    return JSON.readTree(client.send(request(path).build(), BodyHandlers.ofString()).body());
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
