package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.inference.GRPCInferenceServiceGrpc;
import dev.athanor.contracts.inference.InferTensorContents;
import dev.athanor.contracts.inference.ModelInferRequest;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Pictures;
import dev.athanor.embedding.Serving;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageDecoder;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever callers send, they hear what is wrong with it, and the service goes on.
class BadInputIT {
  private static final String MODEL = "patient";
  private static final List<byte[]> good = Encoders.images(1, 6);
  private static final Random random = new Random(7);
  private static final Image picture = Pictures.noise(32, 32, random);

  @TempDir static Path folder;
  private static Serving serving;

  @BeforeAll
  static void start() throws Exception {
    serving = new Serving(folder, Map.of());
    serving.publish(Encoders.train(folder.resolve("1"), MODEL, 1, 4));
    serving.publish(Encoders.train(folder.resolve("2"), MODEL, 2, 4));
    serving.retire(MODEL, 1);
    serving.awaitServed(MODEL, MODEL + "@2");
  }

  @AfterAll
  static void stop() {
    assertThat(
            serving.meters().find("athanor.embedding.request").tag("outcome", "internal").timers())
        .isEmpty();
    serving.close();
  }

  @AfterEach
  void theServiceGoesOn() {
    assertThat(Door.GRPC.embed(serving, MODEL, good).status()).isEqualTo(200);
    assertThat(Door.RAW_JSON.embed(serving, MODEL, good).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoImageIsRefused(Door door) {
    var png = good.getFirst();
    var svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>";
    var noise = new byte[5000];
    random.nextBytes(noise);
    for (var bad :
        List.of(
            new byte[0],
            new byte[] {7},
            noise,
            svg.getBytes(StandardCharsets.UTF_8),
            Arrays.copyOf(png, png.length / 2),
            Pictures.bomb())) {
      assertThat(door.embed(serving, MODEL, List.of(bad)).status()).isIn(400, 422);
      var beside = door.embed(serving, MODEL, List.of(png, bad));
      assertThat(beside.status()).isIn(400, 422);
      assertThat(beside.message()).contains("images[1]: ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void noImagesAndTooManyAreRefused(Door door) {
    assertThat(door.embed(serving, MODEL, List.of()).status()).isEqualTo(400);
    var many = Collections.nCopies(10_000, new byte[] {7});
    assertThat(door.embed(serving, MODEL, many).status()).isIn(400, 413);
  }

  @ParameterizedTest
  @EnumSource
  void modelsThatAreNotServedAreNotFound(Door door) {
    assertThat(door.embed(serving, "nothing", good).status()).isEqualTo(404);
    assertThat(door.embed(serving, MODEL + "@9", good).status()).isEqualTo(404);
    var retired = door.embed(serving, MODEL + "@1", good);
    assertThat(retired.status()).isEqualTo(404);
    assertThat(retired.message()).contains("RETIRED");
    assertThat(door.embed(serving, "UPPER", good).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource
  void oddImagesAreTreatedRight(Door door) {
    var plain = door.embed(serving, MODEL, List.of(Pictures.png(picture))).vectors()[0];
    for (var odd :
        List.of(Pictures.png16(picture), Pictures.animated(picture), Pictures.webp(picture))) {
      assertThat(door.embed(serving, MODEL, List.of(odd)).vectors()[0])
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(plain);
    }
    var jpeg = Pictures.jpeg(picture);
    var upright = clockwise(new ImageDecoder().decode(jpeg, 3));
    assertSame(door, Pictures.turned(jpeg, 6), upright);
    var gif = Pictures.gif(picture);
    assertSame(door, gif, Pictures.firstFrame(gif));
    var cmyk = Pictures.cmyk(picture);
    assertSame(door, cmyk, new ImageDecoder().decode(cmyk, 3));
  }

  private static void assertSame(Door door, byte[] odd, Image image) {
    var expected = door.embed(serving, MODEL, List.of(Pictures.png(image))).vectors()[0];
    assertThat(door.embed(serving, MODEL, List.of(odd)).vectors()[0])
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/gif", "image/webp", "image/jpeg"})
  void theBytesSayWhatAnImageIsAndNotItsMediaType(String type) {
    for (var image : List.of(Pictures.gif(picture), Pictures.webp(picture))) {
      var answer =
          serving.send(
              serving
                  .request("/v1/models/" + MODEL + "/embed")
                  .header("Content-Type", type)
                  .POST(BodyPublishers.ofByteArray(image)));
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/models/patient/embed, image/png",
    "/v1/embeddings, application/json",
    "/v2/models/patient/infer, application/json"
  })
  void aHundredMegabytesAreTooLarge(String path, String type) {
    var response =
        serving.send(
            serving
                .request(path)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(new byte[100 << 20])));
    assertThat(response.statusCode()).isEqualTo(413);
  }

  @Test
  void aFormOfAHundredMegabytesIsTooLarge() {
    var head =
        "--cut\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n";
    var response =
        serving.send(
            serving
                .request("/v1/models/" + MODEL + "/embed")
                .header("Content-Type", "multipart/form-data; boundary=cut")
                .POST(
                    BodyPublishers.ofByteArrays(
                        List.of(
                            head.getBytes(StandardCharsets.UTF_8),
                            new byte[100 << 20],
                            "\r\n--cut--\r\n".getBytes(StandardCharsets.UTF_8)))));
    assertThat(response.statusCode()).isEqualTo(413);
  }

  @Test
  void aHundredMegabytesAreTooLargeForGrpc() {
    var huge = List.of(new byte[100 << 20]);
    assertThat(Door.GRPC.embed(serving, MODEL, huge).status()).isIn(429, 499);
    assertThat(Door.INFERENCE_GRPC.embed(serving, MODEL, huge).status()).isIn(429, 499);
    assertThat(Door.GRPC_STREAM.embed(serving, MODEL, huge).status()).isEqualTo(429);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pixels | FP32 | [1,3,32,32] | [1,2,3] | elements",
        "pixels | FP32 | [1,3,32,31] | [1] | shape",
        "pixels | FP32 | [-1,3,32,32] | [] | shape",
        "pixels | FP32 | [3,32,32] | [] | shape",
        "pixels | FP32 | [1.5,3,32,32] | [] | shape",
        "pixels | FP64 | [1,3,32,32] | [1] | datatype",
        "pixels | BYTES | [1] | [\"AAAA\"] | datatype",
        "other | FP32 | [1,3,32,32] | [1] | name",
        "pixels | FP32 | [1,3,32,32] | [\"one\"] | data",
        "pixels | FP32 | [1,3,32,32] | 7 | data",
        "pixels | FP32 | [1,3,32,32] | [NaN] | readable",
        "encoded_images | BYTES | [1] | [\"AAA\"] | images[0]",
        "encoded_images | BYTES | [1] | [\"not base64!\"] | base64",
        "encoded_images | BYTES | [2] | [\"AAAA\"] | elements",
        "encoded_images | FP32 | [1] | [1] | datatype"
      })
  void tensorsThatDoNotFitAreRefused(
      String name, String datatype, String shape, String data, String said) {
    var body =
        "{\"inputs\":[{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}]}"
            .formatted(name, datatype, shape, data);
    var answer =
        Door.inferenceAnswer(
            serving.send(
                serving
                    .request("/v2/models/" + MODEL + "/infer")
                    .POST(BodyPublishers.ofString(body))));
    assertThat(answer.status()).isIn(400, 422);
    assertThat(answer.message()).contains(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "[]",
        "7",
        "{\"inputs\":[]}",
        "{\"inputs\":[{}]}",
        "{\"inputs\":[{\"name\":\"pixels\",\"datatype\":\"FP32\",\"shape\":[1,3,32,32],\"parameters\":{\"binary_data_size\":99}}]}",
        "{\"inputs\":[{\"name\":\"pixels\",\"datatype\":\"FP32\",\"shape\":[1,3,32,32],\"parameters\":{\"binary_data_size\":\"9\"}}]}",
        "{\"outputs\":[{\"name\":\"other\"}],\"inputs\":[]}",
        "{\"inputs\":"
      })
  void inferenceDocumentsThatDoNotFitAreRefused(String body) {
    var request = serving.request("/v2/models/" + MODEL + "/infer");
    var answer = serving.send(request.POST(BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Door.inferenceAnswer(answer).message()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-1", "999999999", "nine", "99999999999999"})
  void aHeaderLengthThatDoesNotFitIsRefused(String length) {
    var answer =
        serving.send(
            serving
                .request("/v2/models/" + MODEL + "/infer")
                .header("Inference-Header-Content-Length", length)
                .POST(BodyPublishers.ofString("{}")));
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void numbersThatAreNoneAreRefused(float bad) {
    var floats = new Float[3 * 32 * 32];
    Arrays.fill(floats, 0f);
    floats[100] = bad;
    var request =
        tensor("FP32", 1, 3, 32, 32)
            .setContents(InferTensorContents.newBuilder().addAllFp32Contents(List.of(floats)));
    var bytes = ByteBuffer.allocate(floats.length * Float.BYTES).order(Door.LITTLE);
    bytes.putFloat(100 * Float.BYTES, bad);
    var raw =
        ModelInferRequest.newBuilder()
            .addInputs(tensor("FP32", 1, 3, 32, 32))
            .addRawInputContents(ByteString.copyFrom(bytes.array()));
    for (var answer :
        List.of(
            infer(ModelInferRequest.newBuilder().addInputs(request)),
            infer(raw),
            inferBinary(bytes.array()))) {
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.message()).contains("element 100 is " + bad);
    }
  }

  private static Answer inferBinary(byte[] pixels) {
    var document =
        """
        {"inputs": [{"name": "pixels", "datatype": "FP32", "shape": [1, 3, 32, 32],
                     "parameters": {"binary_data_size": %d}}]}"""
            .formatted(pixels.length)
            .getBytes(StandardCharsets.UTF_8);
    return Door.inferenceAnswer(
        serving.send(
            serving
                .request("/v2/models/" + MODEL + "/infer")
                .header("Inference-Header-Content-Length", Integer.toString(document.length))
                .POST(BodyPublishers.ofByteArrays(List.of(document, pixels)))));
  }

  @Test
  void vectorsThatOverflowAreRefused() {
    var floats = Collections.nCopies(3 * 32 * 32, Float.MAX_VALUE);
    var request =
        tensor("FP32", 1, 3, 32, 32)
            .setContents(InferTensorContents.newBuilder().addAllFp32Contents(floats));
    var answer = infer(ModelInferRequest.newBuilder().addInputs(request));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("its vector holds");
  }

  @Test
  void grpcTensorsThatDoNotFitAreRefused() {
    assertThat(infer(ModelInferRequest.newBuilder()).status()).isEqualTo(400);
    var empty = tensor("FP32", 1, 3, 32, 32);
    assertThat(infer(ModelInferRequest.newBuilder().addInputs(empty)).status()).isEqualTo(400);
    assertThat(infer(ModelInferRequest.newBuilder().addInputs(tensor("INT8", 1))).status())
        .isEqualTo(400);
    assertThat(
            infer(
                    ModelInferRequest.newBuilder()
                        .addInputs(empty)
                        .addRawInputContents(ByteString.copyFrom(new byte[7])))
                .status())
        .isEqualTo(400);
    assertThat(
            infer(
                    ModelInferRequest.newBuilder()
                        .addInputs(empty)
                        .addRawInputContents(ByteString.EMPTY)
                        .addRawInputContents(ByteString.EMPTY))
                .status())
        .isEqualTo(400);
  }

  /// Typed contents and raw ones, as many as the shape says.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "other | 1,3,32,32 | inputs[0].name: \"other\" (expected: pixels or encoded_images)",
        "pixels | 1,3,32,31 | inputs[0].shape: [1, 3, 32, 31] (expected: [-1, 3, 32, 32])",
        "pixels | 3,32,32 | inputs[0].shape: [3, 32, 32]",
        "pixels | -1,3,32,32 | inputs[0].shape: [-1, 3, 32, 32]",
        "pixels | 2,3,32,32 | inputs[0]: 3072 elements",
        "encoded_images | 1 | inputs[0].datatype: \"FP32\" (expected: BYTES)"
      })
  void grpcTensorsOfOtherNamesAndShapesAreRefused(String name, String shape, String said) {
    var sizes = Arrays.stream(shape.split(",")).map(Long::valueOf).toList();
    var tensor = tensor("FP32").setName(name).addAllShape(sizes);
    var typed =
        InferTensorContents.newBuilder()
            .addAllFp32Contents(Collections.nCopies(3 * 32 * 32, 0.5f))
            .build();
    var raw = ByteString.copyFrom(new byte[3 * 32 * 32 * Float.BYTES]);
    for (var request :
        List.of(
            ModelInferRequest.newBuilder().addInputs(tensor).addRawInputContents(raw),
            ModelInferRequest.newBuilder().addInputs(tensor.clone().setContents(typed)))) {
      var answer = infer(request);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.message()).startsWith(said);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":\"patient\"}",
        "{\"model\":\"patient\",\"input\":null}",
        "{\"model\":\"patient\",\"input\":[]}",
        "{\"model\":\"patient\",\"input\":[[1,2]]}",
        "{\"model\":\"patient\",\"input\":[{}]}",
        "{\"model\":\"patient\",\"input\":{\"image\":7}}",
        "{\"model\":\"patient\",\"input\":\"AAA=A\"}",
        "{\"model\":\"patient\",\"input\":\"AAAA\",\"dimensions\":0}",
        "{\"model\":\"patient\",\"input\":\"AAAA\",\"dimensions\":33}",
        "{\"model\":\"patient\",\"input\":\"AAAA\",\"dimensions\":\"many\"}",
        "[1]",
        "null",
        "nonsense"
      })
  void openAiRequestsThatDoNotFitAreRefused(String body) {
    var answer =
        serving.send(
            serving
                .request("/v1/embeddings")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Door.JSON.readTree(answer.body()).at("/error/type").asString(""))
        .isEqualTo("invalid_request_error");
  }

  /// Whoever finds the error: here it is the framework, before a controller is chosen.
  @ParameterizedTest
  @CsvSource({
    "GET, /v1/embeddings, 405, /error/message",
    "POST, /v1/embeddings, 415, /error/message",
    "GET, /v2/models/patient/infer, 405, /error",
    "GET, /v2/repository/index, 404, /error",
    "POST, /v1/models/patient/embed, 415, /detail"
  })
  void everyErrorHasTheShapeOfItsPath(String method, String path, int status, String message) {
    var answer =
        serving.send(
            serving
                .request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method(method, BodyPublishers.ofString("{}")));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(Door.JSON.readTree(answer.body()).at(message).asString("")).isNotEmpty();
  }

  @Test
  void aMessageThatIsTooLongOnceUnpackedIsRefusedOverGrpc() {
    var packed = Door.embedRequest(MODEL, List.of(new byte[40 << 20])).toByteArray();
    var options = CallOptions.DEFAULT.withCompression("gzip");
    for (var method :
        List.of(
            EmbeddingServiceGrpc.getEmbedMethod(), EmbeddingServiceGrpc.getEmbedStreamMethod())) {
      var refused = refusal(method, options, packed);
      assertThat(refused.getCode()).as("%s", refused).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/embeddings", "/v1/models/patient/embed", "/v2/models/patient/infer"})
  void documentsOfTooManyTokensAreRefusedBeforeTheyFillTheMemory(String path) {
    var body = "{\"model\":\"patient\",\"input\":[{}" + ",{}".repeat(2_600_000) + "]}";
    var answer =
        serving.send(
            serving
                .request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .contains("Token count", "5000000");
  }

  @ParameterizedTest
  @CsvSource({"application/json, ?dtype=int8, 400", "image/png, '', 406", "nonsense, '', 406"})
  void answersThatWeDoNotWriteAreRefused(String accept, String query, int status) {
    var response = Door.raw(serving, MODEL, good, Map.of(), accept, query);
    assertThat(response.statusCode()).isEqualTo(status);
  }

  @Test
  void cancelledStreamsCostNobodyElseAnything() {
    for (int i = 0; i < 20; i++) {
      var client = new StreamClient();
      try (var call = Context.current().withCancellation()) {
        call.run(
            () -> {
              var sending = EmbeddingServiceGrpc.newStub(serving.channel()).embedStream(client);
              for (int request = 0; request < 30; request++) {
                sending.onNext(Door.embedRequest(MODEL, good));
              }
            });
      }
      assertThat(client.ended)
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableThat()
          .withCauseInstanceOf(StatusRuntimeException.class);
    }
  }

  static Stream<MethodDescriptor<?, ?>> methods() {
    return Stream.of(
        EmbeddingServiceGrpc.getEmbedMethod(),
        EmbeddingServiceGrpc.getGetModelMethod(),
        EmbeddingServiceGrpc.getEmbedStreamMethod(),
        GRPCInferenceServiceGrpc.getModelInferMethod(),
        GRPCInferenceServiceGrpc.getModelMetadataMethod());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void bytesThatAreNoMessageAreRefusedOverGrpc(MethodDescriptor<?, ?> method) {
    var badTag = new byte[] {7};
    var cutOff = Arrays.copyOf(Door.embedRequest(MODEL, good).toByteArray(), 40);
    var notUtf8 = new byte[] {10, 2, (byte) 0xC3, (byte) 0x28};
    for (var bad : List.of(badTag, cutOff, notUtf8)) {
      var refused = refusal(method, bad);
      assertThat(refused.getCode()).as("%s", refused).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refused.getDescription())
          .startsWith("message: ")
          .endsWith(
              "(expected: the request of %s as protobuf)".formatted(method.getFullMethodName()));
    }
  }

  @Test
  void aStreamEndsWithTheFirstThatIsNoMessage() {
    var message = Door.embedRequest(MODEL, good).toByteArray();
    for (int before = 1; before <= 20; before++) {
      var sent = new ArrayList<>(Collections.nCopies(before, message));
      sent.add(new byte[] {7});
      sent.addAll(Collections.nCopies(3, message));
      var refused =
          refusal(EmbeddingServiceGrpc.getEmbedStreamMethod(), sent.toArray(byte[][]::new));
      assertThat(refused.getCode()).as("%s", refused).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refused.getDescription()).startsWith("message: ");
    }
  }

  private static Status refusal(MethodDescriptor<?, ?> method, byte[]... messages) {
    return refusal(method, CallOptions.DEFAULT, messages);
  }

  private static Status refusal(
      MethodDescriptor<?, ?> method, CallOptions options, byte[]... messages) {
    var ended = new CompletableFuture<Status>();
    var call = serving.channel().newCall(BytesMethod.of(method), options);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    call.request(1000);
    for (var message : messages) {
      call.sendMessage(message);
    }
    call.halfClose();
    return ended.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static ModelInferRequest.InferInputTensor.Builder tensor(String datatype, long... shape) {
    return ModelInferRequest.InferInputTensor.newBuilder()
        .setName("pixels")
        .setDatatype(datatype)
        .addAllShape(Arrays.stream(shape).boxed().toList());
  }

  private static Answer infer(ModelInferRequest.Builder request) {
    return Door.called(
        () -> {
          GRPCInferenceServiceGrpc.newBlockingStub(serving.channel())
              .modelInfer(request.setModelName(MODEL).build());
          return new float[0][];
        });
  }

  /// What EXIF's orientation 6 asks for.
  private static Image clockwise(Image image) {
    var pixels = new byte[image.pixels().length];
    int height = image.width();
    int width = image.height();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          pixels[(y * width + x) * 3 + c] = (byte) image.at(image.height() - 1 - x, y, c);
        }
      }
    }
    return new Image(height, width, 3, pixels);
  }
}
