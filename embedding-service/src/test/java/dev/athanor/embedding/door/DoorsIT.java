package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Pictures;
import dev.athanor.embedding.Serving;
import dev.athanor.learning.onnx.OnnxExport;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.preprocessing.ImageInput;
import dev.athanor.preprocessing.ImagePreprocessing;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every protocol gives the vectors that the trainer's network gives.
class DoorsIT {
  private static final String MODEL = "doors";
  private static final float[] MEAN = {0.4f, 0.4f, 0.4f};
  private static final float[] STD = {0.25f, 0.25f, 0.25f};
  private static final ImageInput INPUT =
      new ImageInput(Encoders.SIZE, Encoders.SIZE, 3, MEAN, STD);

  @TempDir static Path folder;
  private static Encoders.Trained trained;
  private static Serving serving;
  private static final List<byte[]> images = Encoders.images(5, 1);

  @BeforeAll
  static void start() throws Exception {
    trained = Encoders.train(folder.resolve("trained"), MODEL, 1, 4);
    serving = new Serving(folder, Map.of());
    serving.publish(trained);
    serving.awaitServed(MODEL, MODEL + "@1");
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  @ParameterizedTest
  @EnumSource
  void givesWhatOnnxRuntimeGives(Door door) throws Exception {
    var expected = onnxRuntime(images);
    assertClose(door.embed(serving, MODEL, images).vectors(), expected, 1e-6f);
    assertClose(
        door.embed(serving, MODEL + "@1", images.subList(0, 1)).vectors(),
        Arrays.copyOf(expected, 1),
        1e-6f);
  }

  @ParameterizedTest
  @EnumSource
  void everyCallIsTimedOnItsWay(Door door) {
    var protocol =
        switch (door) {
          case RAW_JSON, RAW_BYTES, RAW_NPY -> "raw";
          case OPENAI_FLOAT, OPENAI_BASE64 -> "openai";
          case INFERENCE_JSON, INFERENCE_BINARY -> "inference-rest";
          case INFERENCE_GRPC, INFERENCE_GRPC_RAW -> "inference-grpc";
          case GRPC, GRPC_STREAM -> "grpc";
        };
    var meters = List.of("request", "queue", "inference", "serialisation");
    var before = meters.stream().map(meter -> timed(meter, protocol)).toList();
    door.embed(serving, MODEL, images.subList(0, 1)).vectors();
    for (int i = 0; i < meters.size(); i++) {
      assertThat(timed(meters.get(i), protocol)).as(meters.get(i)).isEqualTo(before.get(i) + 1);
    }
    assertThat(
            serving
                .meters()
                .get("athanor.embedding.request")
                .tags("model", MODEL + "@1", "protocol", protocol, "outcome", "ok")
                .timer()
                .totalTime(TimeUnit.NANOSECONDS))
        .isPositive();
  }

  private static long timed(String meter, String protocol) {
    return serving
        .meters()
        .find("athanor.embedding." + meter)
        .tags("model", MODEL + "@1", "protocol", protocol)
        .timers()
        .stream()
        .mapToLong(timer -> timer.count())
        .sum();
  }

  @ParameterizedTest
  @EnumSource
  void givesWhatTheTrainerGives(Door door) {
    int each = Encoders.SIZE * Encoders.SIZE * 3;
    var probes = new ArrayList<byte[]>();
    for (int i = 0; i < Encoders.Trained.PROBES; i++) {
      var pixels = Arrays.copyOfRange(trained.pixels(), i * each, (i + 1) * each);
      probes.add(Pictures.png(new Image(Encoders.SIZE, Encoders.SIZE, 3, pixels)));
    }
    assertClose(door.embed(serving, MODEL, probes).vectors(), trained.vectors(), 1e-4f);
  }

  @Test
  void tensorsOfTheCallersOwnGiveTheSame() throws Exception {
    var expected = onnxRuntime(images);
    var flat = tensors(images);
    int[] sizes = {images.size(), 3, Encoders.SIZE, Encoders.SIZE};
    var typed =
        Map.of(
            "inputs",
            List.of(Map.of("name", "pixels", "datatype", "FP32", "shape", sizes, "data", flat)));
    var answer =
        serving.send(
            serving
                .request("/v2/models/" + MODEL + "/versions/1/infer")
                .POST(BodyPublishers.ofByteArray(Door.JSON.writeValueAsBytes(typed))));
    assertClose(Door.inferenceAnswer(answer).vectors(), expected, 1e-6f);

    var bytes = littleEndian(flat);
    var document =
        """
        {"inputs": [{"name": "pixels", "datatype": "FP32", "shape": %s,
                     "parameters": {"binary_data_size": %d}}],
         "outputs": [{"name": "embedding", "parameters": {"binary_data": true}}]}"""
            .formatted(Arrays.toString(sizes), bytes.length)
            .getBytes(StandardCharsets.UTF_8);
    var binary =
        serving.send(
            serving
                .request("/v2/models/" + MODEL + "/infer")
                .header("Inference-Header-Content-Length", Integer.toString(document.length))
                .POST(BodyPublishers.ofByteArrays(List.of(document, bytes))));
    assertClose(Door.inferenceAnswer(binary).vectors(), expected, 1e-6f);
  }

  /// A client of the protocol that knows nothing but the specification's field numbers.
  @Test
  void aClientWrittenFromTheSpecificationIsUnderstood() throws Exception {
    var tensor =
        message(
            out -> {
              out.writeString(1, "pixels");
              out.writeString(2, "FP32");
              out.writeByteArray(
                  3,
                  message(
                      packed -> {
                        packed.writeInt64NoTag(1);
                        packed.writeInt64NoTag(3);
                        packed.writeInt64NoTag(Encoders.SIZE);
                        packed.writeInt64NoTag(Encoders.SIZE);
                      }));
            });
    var request =
        message(
            out -> {
              out.writeString(1, MODEL);
              out.writeString(3, "the id");
              out.writeByteArray(5, tensor);
              out.writeByteArray(7, littleEndian(tensors(images.subList(0, 1))));
            });
    var answer =
        ClientCalls.blockingUnaryCall(
            serving.channel(),
            MethodDescriptor.<byte[], byte[]>newBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("inference.GRPCInferenceService/ModelInfer")
                .build(),
            CallOptions.DEFAULT,
            request);

    var fields = fields(answer);
    assertThat(text(fields, 1)).isEqualTo(MODEL);
    assertThat(text(fields, 2)).isEqualTo("1");
    assertThat(text(fields, 3)).isEqualTo("the id");
    assertThat(text(fields(bytes(fields, 5)), 1)).isEqualTo("embedding");
    var found = new float[trained.vectors()[0].length];
    ByteBuffer.wrap(bytes(fields, 6)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(found);
    assertClose(new float[][] {found}, onnxRuntime(images.subList(0, 1)), 1e-6f);
  }

  @Test
  void theInferenceProtocolDescribesServerAndModel() throws Exception {
    assertThat(serving.get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
    assertThat(serving.get("/v2/health/ready").statusCode()).isEqualTo(200);
    var server = Door.JSON.readTree(serving.get("/v2").body());
    assertThat(server.path("name").asString()).isEqualTo("athanor");
    assertThat(server.path("extensions").get(0).asString()).isEqualTo("binary_tensor_data");
    assertThat(serving.get("/v2/models/" + MODEL + "/versions/1/ready").body())
        .isEqualTo("{\"name\":\"doors\",\"ready\":true}");
    assertThat(serving.get("/v2/models/" + MODEL).body())
        .isEqualTo(
            """
            {"name":"doors","versions":["1"],"platform":"onnxruntime_onnx",\
            "inputs":[{"name":"pixels","datatype":"FP32","shape":[-1,3,32,32]},\
            {"name":"encoded_images","datatype":"BYTES","shape":[-1]}],\
            "outputs":[{"name":"embedding","datatype":"FP32","shape":[-1,32]}]}""");
    assertThat(serving.get("/v2/models/nothing").body()).startsWith("{\"error\":\"model: ");
  }

  @Test
  void halfPrecisionIsHalfTheBytes() {
    var full = Door.RAW_BYTES.embed(serving, MODEL, images).vectors();
    var response =
        Door.raw(serving, MODEL, images, Map.of(), "application/octet-stream", "?dtype=float16");
    var halves = ByteBuffer.wrap(response.body()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(response.headers().firstValue("X-Athanor-Model")).contains(MODEL + "@1");
    for (var row : full) {
      for (float value : row) {
        assertThat(Float.float16ToFloat(halves.getShort()))
            .isCloseTo(value, within(Math.abs(value) * 0.001f + 1e-4f));
      }
    }
    assertThat(halves.hasRemaining()).isFalse();
  }

  @Test
  void openAisDimensionsCutAndRenormalise() {
    var body =
        Map.of(
            "model",
            MODEL,
            "input",
            List.of(
                Map.of("image", "data:image/png;base64," + Door.base64(images.get(0))),
                Map.of(
                    "type",
                    "image_url",
                    "image_url",
                    Map.of("url", "data:image/png;base64," + Door.base64(images.get(0))))),
            "dimensions",
            8);
    var document =
        Door.JSON.readTree(
            serving
                .send(
                    serving
                        .request("/v1/embeddings")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(Door.JSON.writeValueAsBytes(body))))
                .body());
    var cut = Door.floats(document.at("/data/0/embedding"));
    assertThat(Door.floats(document.at("/data/1/embedding"))).isEqualTo(cut);
    var whole = Door.OPENAI_FLOAT.embed(serving, MODEL, images.subList(0, 1)).vectors()[0];
    double length = 0;
    for (int d = 0; d < 8; d++) {
      length += whole[d] * whole[d];
    }
    assertThat(cut).hasSize(8);
    for (int d = 0; d < 8; d++) {
      assertThat(cut[d]).isCloseTo((float) (whole[d] / Math.sqrt(length)), within(1e-6f));
    }
    assertThat(document.at("/usage/total_tokens").asInt()).isZero();
  }

  @Test
  void aStreamIsAnsweredInOrderThroughItsWindow() throws Exception {
    var many = Encoders.images(40, 3);
    var requests =
        many.stream()
            .map(
                image ->
                    Door.embedRequest(MODEL, List.of(image)).toBuilder()
                        .setRequestId(Integer.toString(many.indexOf(image)))
                        .build())
            .toList();
    var answers = StreamClient.call(serving.channel(), Door.meta(Map.of()), requests);
    assertThat(answers).hasSize(40);
    var expected = onnxRuntime(many);
    for (int i = 0; i < 40; i++) {
      assertThat(answers.get(i).getRequestId()).isEqualTo(Integer.toString(i));
      assertClose(Door.rows(answers.get(i)), new float[][] {expected[i]}, 1e-6f);
    }
  }

  /// Eight of them have more inputs than a lone caller's share of the queue has places.
  @ParameterizedTest
  @ValueSource(strings = {"interactive", "bulk"})
  void aStreamOfTheLongestRequestsIsSlowedDownAndNotRefused(String priority) throws Exception {
    var some = Encoders.images(12, 4);
    var requests =
        some.stream()
            .map(image -> Door.embedRequest(MODEL, Collections.nCopies(256, image)))
            .toList();
    var meta = Door.meta(Map.of("x-athanor-priority", priority));
    var answers = StreamClient.call(serving.channel(), meta, requests);
    assertThat(answers).hasSize(12);
    var expected = onnxRuntime(some);
    for (int i = 0; i < 12; i++) {
      var rows = Door.rows(answers.get(i));
      assertThat(rows.length).isEqualTo(256);
      assertClose(
          new float[][] {rows[0], rows[255]}, new float[][] {expected[i], expected[i]}, 1e-6f);
    }
    assertThat(serving.counted("athanor.embedding.rejected")).isZero();
  }

  @Test
  void aStreamEndsWithTheFailureOfItsFirstBadRequestAfterTheAnswersBefore() throws Exception {
    var client = new StreamClient();
    var sending = EmbeddingServiceGrpc.newStub(serving.channel()).embedStream(client);
    sending.onNext(Door.embedRequest(MODEL, images.subList(0, 1)));
    sending.onNext(Door.embedRequest(MODEL, List.of(new byte[] {7})));
    sending.onNext(Door.embedRequest(MODEL, images.subList(0, 1)));
    assertThatThrownBy(() -> client.ended.get(30, TimeUnit.SECONDS))
        .hasMessageContaining("INVALID_ARGUMENT: images[0]: ");
    assertThat(client.answers).hasSize(1);
  }

  @Test
  void healthAndReflectionAreThere() throws Exception {
    var health =
        HealthGrpc.newBlockingStub(serving.channel())
            .check(HealthCheckRequest.getDefaultInstance());
    assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);

    var listed = new CompletableFuture<ServerReflectionResponse>();
    var asking =
        ServerReflectionGrpc.newStub(serving.channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse answer) {
                    listed.complete(answer);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    listed.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    asking.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    asking.onCompleted();
    assertThat(
            listed.get(30, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream()
                .map(service -> service.getName()))
        .contains(
            "athanor.embedding.v1.EmbeddingService",
            "inference.GRPCInferenceService",
            "grpc.health.v1.Health");
  }

  private static float[][] onnxRuntime(List<byte[]> of) throws Exception {
    var environment = OrtEnvironment.getEnvironment();
    var shape = new long[] {of.size(), 3, Encoders.SIZE, Encoders.SIZE};
    var model = trained.folder().resolve("model.onnx").toString();
    try (var session = environment.createSession(model);
        var input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensors(of)), shape);
        var result = session.run(Map.of(OnnxExport.INPUT, input))) {
      return (float[][]) result.get(OnnxExport.OUTPUT).orElseThrow().getValue();
    }
  }

  private static float[] tensors(List<byte[]> of) {
    var decoder = new ImageDecoder();
    var flat = new float[of.size() * INPUT.values()];
    for (int i = 0; i < of.size(); i++) {
      var one = ImagePreprocessing.tensor(decoder.decode(of.get(i), 3), INPUT);
      System.arraycopy(one, 0, flat, i * one.length, one.length);
    }
    return flat;
  }

  private static byte[] littleEndian(float[] values) {
    var bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static void assertClose(float[][] found, float[][] expected, float tolerance) {
    assertThat(found).hasDimensions(expected.length, expected[0].length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).usingComparatorWithPrecision(tolerance).containsExactly(expected[i]);
    }
  }

  private interface Writing {
    void to(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Writing writing) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    writing.to(out);
    out.flush();
    return bytes.toByteArray();
  }

  /// The length-delimited fields of a message; of those that repeat, the last.
  private static Map<Integer, byte[]> fields(byte[] message) throws IOException {
    var fields = new HashMap<Integer, byte[]>();
    var in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if ((tag & 7) == 2) {
        fields.put(tag >>> 3, in.readByteArray());
      } else {
        in.skipField(tag);
      }
    }
    return fields;
  }

  private static String text(Map<Integer, byte[]> fields, int number) {
    return new String(bytes(fields, number), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Map<Integer, byte[]> fields, int number) {
    return fields.getOrDefault(number, new byte[0]);
  }

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException failure) {
            throw new UncheckedIOException(failure);
          }
        }
      };
}
