package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.ByteStreams;
import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.inference.GRPCInferenceServiceGrpc;
import dev.athanor.contracts.inference.InferTensorContents;
import dev.athanor.contracts.inference.ModelInferRequest;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Serving;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Good requests with a few bytes changed, through the whole service: the answer is vectors or a
/// refusal that says something, never a failure of the service.
class DoorFuzzIT {
  private static final String MODEL = "steady";
  private static final int CASES = 400;
  private static final List<byte[]> good = Encoders.images(2, 8);

  @TempDir static Path folder;
  private static Serving serving;

  @BeforeAll
  static void start() throws Exception {
    serving = new Serving(folder, Map.of());
    serving.publish(Encoders.train(folder.resolve("1"), MODEL, 1, 4));
    serving.awaitServed(MODEL, MODEL + "@1");
  }

  /// Nothing broke behind the answers either.
  @AfterAll
  static void stop() {
    assertThat(
            serving.meters().find("athanor.embedding.request").tag("outcome", "internal").timers())
        .isEmpty();
    assertThat(Door.GRPC.embed(serving, MODEL, good).status()).isEqualTo(200);
    assertThat(Door.RAW_JSON.embed(serving, MODEL, good).status()).isEqualTo(200);
    serving.close();
  }

  @Test
  void rawBodies() {
    post(
        "/v1/models/%s/embed".formatted(MODEL),
        Map.of("Content-Type", "image/png"),
        good.getFirst());
  }

  @Test
  void forms() {
    var form = new ByteArrayOutputStream();
    for (var image : good) {
      form.writeBytes(
          "--edge\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      form.writeBytes(image);
      form.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    form.writeBytes("--edge--\r\n".getBytes(StandardCharsets.US_ASCII));
    post(
        "/v1/models/%s/embed".formatted(MODEL),
        Map.of("Content-Type", "multipart/form-data; boundary=edge"),
        form.toByteArray());
  }

  @Test
  void openAiBodies() {
    var body =
        Map.of("model", MODEL, "input", List.of(Door.base64(good.getFirst())), "dimensions", 5);
    post(
        "/v1/embeddings",
        Map.of("Content-Type", "application/json"),
        Door.JSON.writeValueAsBytes(body));
  }

  @Test
  void inferenceBodies() {
    var image = good.getFirst();
    var json =
        "{\"inputs\":[{\"name\":\"encoded_images\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":%d}}]}"
            .formatted(image.length + 4)
            .getBytes(StandardCharsets.UTF_8);
    var body = new ByteArrayOutputStream();
    body.writeBytes(json);
    for (int shift = 0; shift < 32; shift += 8) {
      body.write(image.length >> shift);
    }
    body.writeBytes(image);
    post(
        "/v2/models/%s/infer".formatted(MODEL),
        Map.of("Inference-Header-Content-Length", Integer.toString(json.length)),
        body.toByteArray());
  }

  @Test
  void grpcMessages() {
    call(EmbeddingServiceGrpc.getEmbedMethod(), Door.embedRequest(MODEL, good).toByteArray());
  }

  @Test
  void inferenceGrpcMessages() {
    var tensor =
        ModelInferRequest.InferInputTensor.newBuilder()
            .setName("encoded_images")
            .setDatatype("BYTES")
            .addShape(1)
            .setContents(
                InferTensorContents.newBuilder()
                    .addBytesContents(ByteString.copyFrom(good.getFirst())));
    call(
        GRPCInferenceServiceGrpc.getModelInferMethod(),
        ModelInferRequest.newBuilder().setModelName(MODEL).addInputs(tensor).build().toByteArray());
  }

  private static void post(String path, Map<String, String> headers, byte[] body) {
    var random = new Random(path.hashCode());
    int vectors = 0;
    for (int i = 0; i < CASES; i++) {
      var changed = changed(body, random);
      var request = serving.request(path).POST(BodyPublishers.ofByteArray(changed));
      headers.forEach(request::header);
      var answer = serving.send(request);
      assertThat(answer.statusCode())
          .as("%s: %s", Door.base64(changed), new String(answer.body(), StandardCharsets.UTF_8))
          .isBetween(200, 499);
      vectors += answer.statusCode() == 200 ? 1 : 0;
      if (answer.statusCode() != 200) {
        assertThat(answer.body()).as("%s", Door.base64(changed)).isNotEmpty();
      }
    }
    assertThat(vectors).as("vectors in spite of the changes").isLessThan(CASES);
  }

  /// Only changes that leave a message: gRPC refuses the others before any code of ours sees them.
  private static void call(MethodDescriptor<?, ?> method, byte[] message) {
    var random = new Random(method.getFullMethodName().hashCode());
    var raw =
        MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method.getFullMethodName())
            .build();
    for (int i = 0; i < CASES; i++) {
      var changed = changed(message, random);
      if (!parses(method, changed)) {
        continue;
      }
      try {
        ClientCalls.blockingUnaryCall(
            serving.channel(),
            raw,
            CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
            changed);
      } catch (StatusRuntimeException refused) {
        var status = refused.getStatus();
        assertThat(
                status.getCode() == Status.Code.INVALID_ARGUMENT
                    || status.getCode() == Status.Code.NOT_FOUND)
            .as("%s: %s", Door.base64(changed), status)
            .isTrue();
      }
    }
  }

  private static boolean parses(MethodDescriptor<?, ?> method, byte[] message) {
    try {
      return method.parseRequest(new ByteArrayInputStream(message)) != null;
    } catch (StatusRuntimeException noMessage) {
      return false;
    }
  }

  /// One to four changes: a bit turned, a byte replaced, a run left out, repeated, or cut off.
  private static byte[] changed(byte[] sent, Random random) {
    var bytes = sent.clone();
    for (int change = random.nextInt(4); change >= 0 && bytes.length > 1; change--) {
      int at = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, at + 1 + random.nextInt(16));
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = joined(bytes, at, to);
        case 3 -> bytes = joined(bytes, to, at);
        default -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[] bytes, int end, int from) {
    var joined = new byte[end + bytes.length - from];
    System.arraycopy(bytes, 0, joined, 0, end);
    System.arraycopy(bytes, from, joined, end, bytes.length - from);
    return joined;
  }

  private record Bytes() implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return ByteStreams.toByteArray(stream);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
