package dev.athanor.embedding.door;

import com.google.common.primitives.Floats;
import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbedResponse;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.inference.GRPCInferenceServiceGrpc;
import dev.athanor.contracts.inference.InferTensorContents;
import dev.athanor.contracts.inference.ModelInferRequest;
import dev.athanor.contracts.inference.ModelInferRequest.InferInputTensor;
import dev.athanor.embedding.Serving;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A protocol, in the forms that its clients use.
enum Door {
  /// Several images are a form, of two fields that take turns.
  RAW_JSON {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      return rawAnswer(
          raw(serving, model, images, headers, "application/json", ""), Door::readJson);
    }
  },
  RAW_BYTES {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      return rawAnswer(
          raw(serving, model, images, headers, "application/octet-stream", ""), Door::readBytes);
    }
  },
  RAW_NPY {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      return rawAnswer(
          raw(serving, model, images, headers, "application/x-npy", "?dtype=float32"),
          Door::readNpy);
    }
  },
  OPENAI_FLOAT {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      return openAi(serving, model, images, headers, "float");
    }
  },
  OPENAI_BASE64 {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      return openAi(serving, model, images, headers, "base64");
    }
  },
  INFERENCE_JSON {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      var document =
          Map.of(
              "id",
              "7",
              "inputs",
              List.of(
                  Map.of(
                      "name",
                      "encoded_images",
                      "datatype",
                      "BYTES",
                      "shape",
                      List.of(images.size()),
                      "data",
                      images.stream().map(Door::base64).toList())));
      return inferenceAnswer(
          serving.send(
              with(serving.request("/v2/models/" + model + "/infer"), headers)
                  .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(document)))));
    }
  },
  INFERENCE_BINARY {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      var tensor = prefixed(images);
      var input =
          Map.of(
              "name",
              "encoded_images",
              "datatype",
              "BYTES",
              "shape",
              List.of(images.size()),
              "parameters",
              Map.of("binary_data_size", tensor.length));
      var document =
          JSON.writeValueAsBytes(
              Map.of("inputs", List.of(input), "parameters", Map.of("binary_data_output", true)));
      return inferenceAnswer(
          serving.send(
              with(serving.request("/v2/models/" + model + "/infer"), headers)
                  .header("Inference-Header-Content-Length", Integer.toString(document.length))
                  .POST(BodyPublishers.ofByteArrays(List.of(document, tensor)))));
    }
  },
  INFERENCE_GRPC {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      var contents = InferTensorContents.newBuilder();
      images.forEach(image -> contents.addBytesContents(ByteString.copyFrom(image)));
      return infer(
          serving, headers, request(model, images.size(), tensor -> tensor.setContents(contents)));
    }
  },
  INFERENCE_GRPC_RAW {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      return infer(
          serving,
          headers,
          request(model, images.size(), tensor -> tensor)
              .addRawInputContents(ByteString.copyFrom(prefixed(images))));
    }
  },
  GRPC {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      return called(
          () ->
              rows(
                  EmbeddingServiceGrpc.newBlockingStub(serving.channel())
                      .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(meta(headers)))
                      .withDeadlineAfter(60, TimeUnit.SECONDS)
                      .embed(embedRequest(model, images))));
    }
  },
  GRPC_STREAM {
    @Override
    Answer embed(Serving serving, String model, List<byte[]> images, Map<String, String> headers) {
      return called(
          () -> {
            var answers =
                StreamClient.call(
                    serving.channel(), meta(headers), List.of(embedRequest(model, images)));
            return rows(answers.getFirst());
          });
    }
  };

  static final JsonMapper JSON = JsonMapper.shared();
  static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

  /// Embeds images with one call.
  ///
  /// @param headers or metadata
  abstract Answer embed(
      Serving serving, String model, List<byte[]> images, Map<String, String> headers);

  Answer embed(Serving serving, String model, List<byte[]> images) {
    return embed(serving, model, images, Map.of());
  }

  interface Reading {
    float[][] read(HttpResponse<byte[]> response);
  }

  static HttpResponse<byte[]> raw(
      Serving serving,
      String model,
      List<byte[]> images,
      Map<String, String> headers,
      String accept,
      String query) {
    var request =
        with(serving.request("/v1/models/" + model + "/embed" + query), headers)
            .header("Accept", accept);
    if (images.size() == 1) {
      return serving.send(
          request
              .header("Content-Type", "application/octet-stream")
              .POST(BodyPublishers.ofByteArray(images.getFirst())));
    }
    var form = new ByteArrayOutputStream();
    for (int i = 0; i < images.size(); i++) {
      form.writeBytes(
          ("--edge\r\nContent-Disposition: form-data; name=\"field-%d\"; filename=\"%d.png\"\r\n\r\n"
                  .formatted(i % 2, i))
              .getBytes(StandardCharsets.US_ASCII));
      form.writeBytes(images.get(i));
      form.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    form.writeBytes("--edge--\r\n".getBytes(StandardCharsets.US_ASCII));
    return serving.send(
        request
            .header("Content-Type", "multipart/form-data; boundary=edge")
            .POST(BodyPublishers.ofByteArray(form.toByteArray())));
  }

  static Answer rawAnswer(HttpResponse<byte[]> response, Reading reading) {
    return response.statusCode() == 200
        ? Answer.of(reading.read(response))
        : Answer.refused(
            response.statusCode(), JSON.readTree(response.body()).path("detail").asString(""));
  }

  static float[][] readJson(HttpResponse<byte[]> response) {
    var document = JSON.readTree(response.body());
    return document.has("embedding")
        ? new float[][] {floats(document.path("embedding"))}
        : rows(document.path("embeddings"));
  }

  static float[][] readBytes(HttpResponse<byte[]> response) {
    return split(ByteBuffer.wrap(response.body()), shape(response));
  }

  static float[][] readNpy(HttpResponse<byte[]> response) {
    int head = 10 + ByteBuffer.wrap(response.body()).order(LITTLE).getShort(8);
    return split(
        ByteBuffer.wrap(response.body(), head, response.body().length - head), shape(response));
  }

  private static int[] shape(HttpResponse<?> response) {
    return Arrays.stream(response.headers().firstValue("X-Athanor-Shape").orElseThrow().split(","))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  static Answer openAi(
      Serving serving,
      String model,
      List<byte[]> images,
      Map<String, String> headers,
      String encoding) {
    return openAi(
        serving,
        Map.of(
            "model",
            model,
            "input",
            images.stream().map(Door::base64).toList(),
            "encoding_format",
            encoding),
        headers);
  }

  static Answer openAi(Serving serving, Map<String, ?> body, Map<String, String> headers) {
    var response =
        serving.send(
            with(serving.request("/v1/embeddings"), headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
    var document = JSON.readTree(response.body());
    if (response.statusCode() != 200) {
      return Answer.refused(response.statusCode(), document.at("/error/message").asString(""));
    }
    return Answer.of(
        document
            .path("data")
            .valueStream()
            .map(item -> item.path("embedding"))
            .map(
                embedding ->
                    embedding.isString()
                        ? floats(ByteBuffer.wrap(unbase64(embedding.stringValue())))
                        : floats(embedding))
            .toArray(float[][]::new));
  }

  static Answer inferenceAnswer(HttpResponse<byte[]> response) {
    var length = response.headers().firstValue("Inference-Header-Content-Length");
    int head = length.map(Integer::parseInt).orElse(response.body().length);
    var document = JSON.readTree(response.body(), 0, head);
    if (response.statusCode() != 200) {
      return Answer.refused(response.statusCode(), document.path("error").asString(""));
    }
    var output = document.at("/outputs/0");
    int[] shape = {output.at("/shape/0").intValue(), output.at("/shape/1").intValue()};
    if (length.isEmpty()) {
      return Answer.of(split(floats(output.path("data")), shape));
    }
    int size = output.at("/parameters/binary_data_size").intValue();
    return Answer.of(split(ByteBuffer.wrap(response.body(), head, size), shape));
  }

  private interface Shaping {
    InferInputTensor.Builder apply(InferInputTensor.Builder tensor);
  }

  private static ModelInferRequest.Builder request(String model, int count, Shaping shaping) {
    int at = model.indexOf('@');
    return ModelInferRequest.newBuilder()
        .setModelName(at < 0 ? model : model.substring(0, at))
        .setModelVersion(at < 0 ? "" : model.substring(at + 1))
        .addInputs(
            shaping.apply(
                InferInputTensor.newBuilder()
                    .setName("encoded_images")
                    .setDatatype("BYTES")
                    .addShape(count)));
  }

  static Answer infer(
      Serving serving, Map<String, String> headers, ModelInferRequest.Builder request) {
    return called(
        () -> {
          var response =
              GRPCInferenceServiceGrpc.newBlockingStub(serving.channel())
                  .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(meta(headers)))
                  .withDeadlineAfter(60, TimeUnit.SECONDS)
                  .modelInfer(request.build());
          var output = response.getOutputs(0);
          int[] shape = {(int) output.getShape(0), (int) output.getShape(1)};
          return response.getRawOutputContentsCount() > 0
              ? split(response.getRawOutputContents(0).asReadOnlyByteBuffer(), shape)
              : split(Floats.toArray(output.getContents().getFp32ContentsList()), shape);
        });
  }

  static EmbedRequest embedRequest(String model, List<byte[]> images) {
    return EmbedRequest.newBuilder()
        .setModel(model)
        .addAllImages(images.stream().map(ByteString::copyFrom).toList())
        .build();
  }

  static float[][] rows(EmbedResponse response) {
    return response.getEmbeddingsList().stream()
        .map(embedding -> Floats.toArray(embedding.getValuesList()))
        .toArray(float[][]::new);
  }

  interface Work {
    float[][] run() throws Exception;
  }

  static Answer called(Work work) {
    try {
      return Answer.of(work.run());
    } catch (StatusRuntimeException refused) {
      return Answer.refused(
          status(refused.getStatus().getCode()),
          String.valueOf(refused.getStatus().getDescription()));
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private static int status(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> 400;
      case NOT_FOUND -> 404;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> 499;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      default -> 500;
    };
  }

  static Metadata meta(Map<String, String> headers) {
    var metadata = new Metadata();
    headers.forEach(
        (name, value) ->
            metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    return metadata;
  }

  static HttpRequest.Builder with(HttpRequest.Builder request, Map<String, String> headers) {
    headers.forEach(request::header);
    return request;
  }

  static byte[] prefixed(List<byte[]> images) {
    var bytes =
        ByteBuffer.allocate(images.stream().mapToInt(image -> 4 + image.length).sum())
            .order(LITTLE);
    images.forEach(image -> bytes.putInt(image.length).put(image));
    return bytes.array();
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] unbase64(String text) {
    return Base64.getDecoder().decode(text);
  }

  static float[] floats(JsonNode numbers) {
    var floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers.get(i).asDouble();
    }
    return floats;
  }

  static float[] floats(ByteBuffer bytes) {
    var floats = new float[bytes.remaining() / Float.BYTES];
    bytes.slice().order(LITTLE).asFloatBuffer().get(floats);
    return floats;
  }

  static float[][] rows(JsonNode rows) {
    return rows.valueStream().map(Door::floats).toArray(float[][]::new);
  }

  static float[][] split(ByteBuffer bytes, int[] shape) {
    return split(floats(bytes), shape);
  }

  static float[][] split(float[] flat, int[] shape) {
    var rows = new ArrayList<float[]>();
    IntStream.range(0, shape[0])
        .forEach(i -> rows.add(Arrays.copyOfRange(flat, i * shape[1], (i + 1) * shape[1])));
    return rows.toArray(float[][]::new);
  }
}
