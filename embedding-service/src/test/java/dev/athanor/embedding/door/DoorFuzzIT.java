package dev.athanor.embedding.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.embedding.TokenSequence;
import dev.athanor.contracts.inference.GRPCInferenceServiceGrpc;
import dev.athanor.contracts.inference.InferTensorContents;
import dev.athanor.contracts.inference.ModelInferRequest;
import dev.athanor.contracts.inference.ModelInferRequest.InferInputTensor;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.TextEncoders;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Good requests with a few bytes changed, through the whole service: the answer is vectors or a
/// refusal that says something, never a failure of the service.
class DoorFuzzIT {
  private static final String MODEL = "steady";
  private static final int CASES = 400;
  private static final String TEXTS = "fluent";
  private static final List<byte[]> good = Encoders.images(2, 8);
  private static final List<String> texts =
      List.of("gold and silver", "a fox \ud83e\udd8a, e\u0301");

  private static final List<Integer> IDS = List.of(65, 66, 67);
  private static final List<Long> ONES = List.of(1L, 1L, 1L);

  @TempDir static Path folder;
  private static Serving serving;

  @BeforeAll
  static void start() throws Exception {
    serving = new Serving(folder, Map.of());
    serving.publish(Encoders.train(folder.resolve("1"), MODEL, 1, 4));
    serving.publish(TextEncoders.train(folder.resolve("2"), TEXTS, 1, "masked").published());
    serving.awaitServed(MODEL, MODEL + "@1");
    serving.awaitServed(TEXTS, TEXTS + "@1");
  }

  /// Nothing broke behind the answers either.
  @AfterAll
  static void stop() {
    assertThat(
            serving.meters().find("athanor.embedding.request").tag("outcome", "internal").timers())
        .isEmpty();
    assertThat(Door.GRPC.embed(serving, MODEL, good).status()).isEqualTo(200);
    assertThat(Door.RAW_JSON.embed(serving, MODEL, good).status()).isEqualTo(200);
    assertThat(TextDoor.GRPC.embed(serving, TEXTS, texts).status()).isEqualTo(200);
    assertThat(TextDoor.RAW_JSON.embed(serving, TEXTS, texts).status()).isEqualTo(200);
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
            .getBytes(UTF_8);
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

  /// Two requests on a stream, of which the second may be broken.
  @Test
  void grpcStreams() {
    var method = EmbeddingServiceGrpc.getEmbedStreamMethod();
    var message = Door.embedRequest(MODEL, good).toByteArray();
    call(method, message, changed -> stream(method, message, changed));
  }

  @Test
  void indexes() {
    var json = Map.of("Content-Type", "application/json");
    post(
        "/v1/indexes",
        json,
        "{\"name\":\"vectors\",\"dimensions\":3,\"similarity\":\"dot\",\"hnsw\":{\"m\":8}}"
            .getBytes(UTF_8));
    var made =
        serving.send(
            serving
                .request("/v1/indexes")
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"name\":\"steady\",\"model\":\"%s\"}".formatted(MODEL))));
    assertThat(made.statusCode()).as(new String(made.body(), UTF_8)).isEqualTo(201);
    var image = Door.base64(good.getFirst());
    var labels = Map.of("colour", "red");
    post(
        "/v1/indexes/steady/entries",
        json,
        Door.JSON.writeValueAsBytes(
            Map.of(
                "entries",
                List.of(
                    Map.of("id", "1", "image", image, "labels", labels),
                    Map.of("id", "2", "image", image, "payload", List.of(1, "x"))))));
    post(
        "/v1/indexes/steady/query",
        json,
        Door.JSON.writeValueAsBytes(Map.of("image", image, "k", 2, "filter", labels)));
    post("/v1/indexes/steady/entries/delete", json, "{\"ids\":[\"1\",\"7\"]}".getBytes(UTF_8));
    post(
        "/v1/indexes/steady/entries/delete",
        json,
        "{\"filter\":{\"colour\":[\"red\",\"blue\"]}}".getBytes(UTF_8));
  }

  @Test
  void embeddingJobs() {
    post(
        "/v1/embedding-jobs",
        Map.of("Content-Type", "application/json"),
        "{\"model\":\"%s\",\"dataset\":\"nothing\",\"version\":1,\"split\":\"train\",\"format\":\"npy\"}"
            .formatted(MODEL)
            .getBytes(UTF_8));
  }

  @Test
  void inferenceGrpcMessages() {
    var tensor =
        InferInputTensor.newBuilder()
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

  @Test
  void rawTexts() {
    var path = "/v1/models/%s/embed".formatted(TEXTS);
    post(path, Map.of("Content-Type", "text/plain"), texts.getLast().getBytes(UTF_8));
    post(path, Map.of("Content-Type", "application/json"), Door.JSON.writeValueAsBytes(texts));
  }

  @Test
  void openAiTexts() {
    for (var input : List.of(texts, List.of(IDS, List.of(65)), IDS)) {
      var body = Map.of("model", TEXTS, "input", input, "truncate", false);
      post(
          "/v1/embeddings",
          Map.of("Content-Type", "application/json"),
          Door.JSON.writeValueAsBytes(body));
    }
  }

  @Test
  void inferenceTexts() {
    var path = "/v2/models/%s/infer".formatted(TEXTS);
    var text = Map.of("name", "text", "datatype", "BYTES", "shape", List.of(2), "data", texts);
    post(path, Map.of(), Door.JSON.writeValueAsBytes(Map.of("inputs", List.of(text))));
    var ids =
        Stream.of("input_ids", "attention_mask")
            .map(
                name ->
                    Map.of("name", name, "datatype", "INT64", "shape", List.of(1, 3), "data", ONES))
            .toList();
    post(path, Map.of(), Door.JSON.writeValueAsBytes(Map.of("inputs", ids)));
  }

  @Test
  void inferenceTextsInBinary() {
    var tensor = Door.prefixed(texts.stream().map(text -> text.getBytes(UTF_8)).toList());
    var json =
        "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[2],\"parameters\":{\"binary_data_size\":%d}}]}"
            .formatted(tensor.length)
            .getBytes(UTF_8);
    var body = new ByteArrayOutputStream();
    body.writeBytes(json);
    body.writeBytes(tensor);
    post(
        "/v2/models/%s/infer".formatted(TEXTS),
        Map.of("Inference-Header-Content-Length", Integer.toString(json.length)),
        body.toByteArray());
  }

  @Test
  void grpcTexts() {
    var request = EmbedRequest.newBuilder().setModel(TEXTS);
    call(
        EmbeddingServiceGrpc.getEmbedMethod(),
        request.clone().addAllTexts(texts).build().toByteArray());
    call(
        EmbeddingServiceGrpc.getEmbedMethod(),
        request
            .addTokens(TokenSequence.newBuilder().addAllIds(IDS))
            .setTruncate(false)
            .build()
            .toByteArray());
  }

  @Test
  void inferenceGrpcTexts() {
    var contents = InferTensorContents.newBuilder();
    texts.forEach(text -> contents.addBytesContents(ByteString.copyFromUtf8(text)));
    var text = tensor("text", "BYTES", 2);
    var request = ModelInferRequest.newBuilder().setModelName(TEXTS);
    var method = GRPCInferenceServiceGrpc.getModelInferMethod();
    call(
        method,
        request.clone().addInputs(text.clone().setContents(contents)).build().toByteArray());
    var prefixed = Door.prefixed(texts.stream().map(one -> one.getBytes(UTF_8)).toList());
    call(
        method,
        request
            .clone()
            .addInputs(text)
            .addRawInputContents(ByteString.copyFrom(prefixed))
            .build()
            .toByteArray());
    var ones = InferTensorContents.newBuilder().addAllInt64Contents(ONES);
    call(
        method,
        request
            .addInputs(tensor("input_ids", "INT64", 1, 3).setContents(ones))
            .addInputs(tensor("attention_mask", "INT64", 1, 3).setContents(ones))
            .build()
            .toByteArray());
  }

  private static InferInputTensor.Builder tensor(String name, String datatype, long... shape) {
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype(datatype)
        .addAllShape(Longs.asList(shape));
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
          .as("%s: %s", Door.base64(changed), new String(answer.body(), UTF_8))
          .isBetween(200, 499);
      vectors += answer.statusCode() == 200 ? 1 : 0;
      if (answer.statusCode() != 200) {
        assertThat(answer.body()).as("%s", Door.base64(changed)).isNotEmpty();
      }
    }
    assertThat(vectors).as("vectors in spite of the changes").isLessThan(CASES);
  }

  private static void call(MethodDescriptor<?, ?> method, byte[] message) {
    call(
        method,
        message,
        changed ->
            ClientCalls.blockingUnaryCall(
                serving.channel(), BytesMethod.of(method), deadline(), changed));
  }

  private static CallOptions deadline() {
    return CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  /// Waits until the stream has ended.
  private static void stream(MethodDescriptor<?, ?> method, byte[]... messages) {
    var ended = new CompletableFuture<Void>();
    var sending =
        ClientCalls.asyncBidiStreamingCall(
            serving.channel().newCall(BytesMethod.of(method), deadline()),
            new StreamObserver<byte[]>() {
              @Override
              public void onNext(byte[] answer) {}

              @Override
              public void onError(Throwable failure) {
                ended.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {
                ended.complete(null);
              }
            });
    try {
      for (var message : messages) {
        sending.onNext(message);
      }
      sending.onCompleted();
    } catch (IllegalStateException over) {
      // The service has ended the call; `ended` says why.
    }
    try {
      ended.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof StatusRuntimeException status ? status : failed;
    }
  }

  private static void call(
      MethodDescriptor<?, ?> method, byte[] message, Consumer<byte[]> calling) {
    var random = new Random(method.getFullMethodName().hashCode());
    int refusals = 0;
    for (int i = 0; i < CASES; i++) {
      var changed = changed(message, random);
      try {
        calling.accept(changed);
      } catch (StatusRuntimeException refused) {
        var status = refused.getStatus();
        assertThat(status.getCode())
            .as("%s: %s", Door.base64(changed), status)
            .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND);
        assertThat(status.getDescription()).as("%s", Door.base64(changed)).isNotEmpty();
        refusals++;
      }
    }
    assertThat(refusals).as("refusals").isPositive();
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
}
