package dev.athanor.embedding.door;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.embedding.TokenSequence;
import dev.athanor.contracts.inference.InferParameter;
import dev.athanor.contracts.inference.InferTensorContents;
import dev.athanor.contracts.inference.ModelInferRequest;
import dev.athanor.contracts.inference.ModelInferRequest.InferInputTensor;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.TextEncoders;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/// A protocol, in the forms in which its clients send texts.
enum TextDoor {
  /// One text is the body, several are a list.
  RAW_JSON {
    @Override
    Answer embed(Serving serving, Ask ask) {
      return Door.rawAnswer(raw(serving, ask, "application/json"), Door::readJson);
    }
  },
  RAW_BYTES {
    @Override
    Answer embed(Serving serving, Ask ask) {
      return Door.rawAnswer(raw(serving, ask, "application/octet-stream"), Door::readBytes);
    }
  },
  RAW_NPY {
    @Override
    Answer embed(Serving serving, Ask ask) {
      return Door.rawAnswer(raw(serving, ask, "application/x-npy"), Door::readNpy);
    }
  },
  RAW_TOKENS(Form.TOKENS) {
    @Override
    Answer embed(Serving serving, Ask ask) {
      var ids = ask.texts().stream().map(TOKENIZER::ids).toList();
      var body = Door.JSON.writeValueAsBytes(ids);
      return Door.rawAnswer(
          raw(serving, ask, "application/json", "application/json", body), Door::readJson);
    }
  },
  RAW_LINES {
    @Override
    Answer embed(Serving serving, Ask ask) {
      var lines = ask.texts().stream().map(Door.JSON::writeValueAsString).toList();
      var body = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
      return Door.rawAnswer(
          raw(serving, ask, "application/octet-stream", "application/x-ndjson", body),
          Door::readBytes);
    }
  },
  OPENAI_FLOAT {
    @Override
    Answer embed(Serving serving, Ask ask) {
      return openAi(serving, ask, ask.texts(), "float");
    }
  },
  OPENAI_BASE64 {
    @Override
    Answer embed(Serving serving, Ask ask) {
      return openAi(serving, ask, ask.texts(), "base64");
    }
  },
  OPENAI_TOKENS(Form.TOKENS) {
    @Override
    Answer embed(Serving serving, Ask ask) {
      return openAi(serving, ask, ask.texts().stream().map(TOKENIZER::ids).toList(), "float");
    }
  },
  INFERENCE_JSON {
    @Override
    Answer embed(Serving serving, Ask ask) {
      var input =
          Map.of("name", "text", "datatype", "BYTES", "shape", ask.shape(), "data", ask.texts());
      return inference(serving, ask, List.of(input), new byte[0], false);
    }
  },
  INFERENCE_JSON_IDS(Form.SEQUENCES) {
    @Override
    Answer embed(Serving serving, Ask ask) {
      var padded = Padded.of(ask.texts());
      return inference(
          serving,
          ask,
          List.of(
              tensor("attention_mask", padded, Map.of("data", padded.mask())),
              tensor("input_ids", padded, Map.of("data", padded.ids()))),
          new byte[0],
          false);
    }
  },
  INFERENCE_BINARY {
    @Override
    Answer embed(Serving serving, Ask ask) {
      var bytes = Door.prefixed(ask.utf8());
      var input =
          Map.of(
              "name",
              "text",
              "datatype",
              "BYTES",
              "shape",
              ask.shape(),
              "parameters",
              Map.of("binary_data_size", bytes.length));
      return inference(serving, ask, List.of(input), bytes, true);
    }
  },
  INFERENCE_BINARY_IDS(Form.SEQUENCES) {
    @Override
    Answer embed(Serving serving, Ask ask) {
      var padded = Padded.of(ask.texts());
      var bytes = new ByteArrayOutputStream();
      bytes.writeBytes(littleEndian(padded.ids()));
      bytes.writeBytes(littleEndian(padded.mask()));
      var size = Map.of("binary_data_size", padded.ids().length * Long.BYTES);
      return inference(
          serving,
          ask,
          List.of(
              tensor("input_ids", padded, Map.of("parameters", size)),
              tensor("attention_mask", padded, Map.of("parameters", size))),
          bytes.toByteArray(),
          true);
    }
  },
  INFERENCE_GRPC {
    @Override
    Answer embed(Serving serving, Ask ask) {
      var contents = InferTensorContents.newBuilder();
      ask.utf8().forEach(text -> contents.addBytesContents(ByteString.copyFrom(text)));
      var input = text(ask).setContents(contents);
      return Door.infer(serving, ask.headers(), request(ask).addInputs(input));
    }
  },
  INFERENCE_GRPC_RAW {
    @Override
    Answer embed(Serving serving, Ask ask) {
      return Door.infer(
          serving,
          ask.headers(),
          request(ask)
              .addInputs(text(ask))
              .addRawInputContents(ByteString.copyFrom(Door.prefixed(ask.utf8()))));
    }
  },
  INFERENCE_GRPC_IDS(Form.SEQUENCES) {
    @Override
    Answer embed(Serving serving, Ask ask) {
      var padded = Padded.of(ask.texts());
      return Door.infer(
          serving,
          ask.headers(),
          request(ask)
              .addInputs(longs("input_ids", padded).setContents(contents(padded.ids())))
              .addInputs(longs("attention_mask", padded).setContents(contents(padded.mask()))));
    }
  },
  INFERENCE_GRPC_RAW_IDS(Form.SEQUENCES) {
    @Override
    Answer embed(Serving serving, Ask ask) {
      var padded = Padded.of(ask.texts());
      return Door.infer(
          serving,
          ask.headers(),
          request(ask)
              .addInputs(longs("input_ids", padded))
              .addInputs(longs("attention_mask", padded))
              .addRawInputContents(ByteString.copyFrom(littleEndian(padded.ids())))
              .addRawInputContents(ByteString.copyFrom(littleEndian(padded.mask()))));
    }
  },
  GRPC {
    @Override
    Answer embed(Serving serving, Ask ask) {
      return unary(serving, ask, embedRequest(ask).addAllTexts(ask.texts()));
    }
  },
  GRPC_TOKENS(Form.TOKENS) {
    @Override
    Answer embed(Serving serving, Ask ask) {
      var request = embedRequest(ask);
      for (var text : ask.texts()) {
        var ids = Arrays.stream(TOKENIZER.ids(text)).boxed().toList();
        request.addTokens(TokenSequence.newBuilder().addAllIds(ids));
      }
      return unary(serving, ask, request);
    }
  },
  GRPC_STREAM {
    @Override
    Answer embed(Serving serving, Ask ask) {
      return Door.called(
          () -> {
            var request = embedRequest(ask).addAllTexts(ask.texts()).build();
            var answers =
                StreamClient.call(serving.channel(), Door.meta(ask.headers()), List.of(request));
            return Door.rows(answers.getFirst());
          });
    }
  };

  /// What is sent for a text.
  enum Form {
    TEXTS,
    /// Its tokens alone.
    TOKENS,
    /// What the graph reads.
    SEQUENCES
  }

  private static final Tokenizer TOKENIZER = TextEncoders.tokenizer();

  final Form form;

  TextDoor() {
    this(Form.TEXTS);
  }

  TextDoor(Form form) {
    this.form = form;
  }

  /// @param truncate what is said of texts that are too long; nothing where it is true
  record Ask(String model, List<String> texts, Map<String, String> headers, boolean truncate) {
    List<Integer> shape() {
      return List.of(texts.size());
    }

    List<byte[]> utf8() {
      return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }
  }

  abstract Answer embed(Serving serving, Ask ask);

  Answer embed(Serving serving, String model, List<String> texts, Map<String, String> headers) {
    return embed(serving, new Ask(model, texts, headers, true));
  }

  Answer embed(Serving serving, String model, List<String> texts) {
    return embed(serving, model, texts, Map.of());
  }

  /// Texts as the graph reads them, (N, T).
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  record Padded(int rows, int length, long[] ids, long[] mask) {
    static Padded of(List<String> texts) {
      var sequences =
          texts.stream()
              .map(text -> TOKENIZER.sequence(TOKENIZER.ids(text), TextEncoders.TOKENS))
              .toList();
      int length = sequences.stream().mapToInt(ids -> ids.length).max().orElse(1);
      var ids = new long[texts.size() * length];
      var mask = new long[ids.length];
      for (int n = 0; n < texts.size(); n++) {
        for (int t = 0; t < sequences.get(n).length; t++) {
          ids[n * length + t] = sequences.get(n)[t];
          mask[n * length + t] = 1;
        }
      }
      return new Padded(texts.size(), length, ids, mask);
    }
  }

  private static HttpResponse<byte[]> raw(Serving serving, Ask ask, String accept) {
    if (ask.texts().size() == 1) {
      var text = ask.utf8().getFirst();
      return raw(serving, ask, accept, "text/plain;charset=utf-8", text);
    }
    var list = Door.JSON.writeValueAsBytes(ask.texts());
    return raw(serving, ask, accept, "application/json", list);
  }

  private static HttpResponse<byte[]> raw(
      Serving serving, Ask ask, String accept, String type, byte[] body) {
    var query = ask.truncate() ? "" : "?truncate=false";
    return serving.send(
        Door.with(serving.request("/v1/models/" + ask.model() + "/embed" + query), ask.headers())
            .header("Accept", accept)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  private static Answer openAi(Serving serving, Ask ask, List<?> input, String encoding) {
    var body = new LinkedHashMap<String, Object>();
    body.put("model", ask.model());
    body.put("input", input.size() == 1 ? input.getFirst() : input);
    body.put("encoding_format", encoding);
    if (!ask.truncate()) {
      body.put("truncate", false);
    }
    return Door.openAi(serving, body, ask.headers());
  }

  private static Map<String, Object> tensor(String name, Padded padded, Map<String, ?> content) {
    var tensor = new LinkedHashMap<String, Object>(content);
    tensor.put("name", name);
    tensor.put("datatype", "INT64");
    tensor.put("shape", List.of(padded.rows(), padded.length()));
    return tensor;
  }

  private static Answer inference(
      Serving serving,
      Ask ask,
      List<? extends Map<String, ?>> inputs,
      byte[] bytes,
      boolean binary) {
    var parameters = new LinkedHashMap<String, Object>();
    parameters.put("binary_data_output", binary);
    if (!ask.truncate()) {
      parameters.put("truncate", false);
    }
    var document = Door.JSON.writeValueAsBytes(Map.of("inputs", inputs, "parameters", parameters));
    return Door.inferenceAnswer(
        serving.send(
            Door.with(serving.request("/v2/models/" + ask.model() + "/infer"), ask.headers())
                .header("Inference-Header-Content-Length", Integer.toString(document.length))
                .POST(BodyPublishers.ofByteArrays(List.of(document, bytes)))));
  }

  private static ModelInferRequest.Builder request(Ask ask) {
    int at = ask.model().indexOf('@');
    var request =
        ModelInferRequest.newBuilder()
            .setModelName(at < 0 ? ask.model() : ask.model().substring(0, at))
            .setModelVersion(at < 0 ? "" : ask.model().substring(at + 1));
    if (!ask.truncate()) {
      request.putParameters("truncate", InferParameter.newBuilder().setBoolParam(false).build());
    }
    return request;
  }

  private static InferInputTensor.Builder text(Ask ask) {
    return InferInputTensor.newBuilder()
        .setName("text")
        .setDatatype("BYTES")
        .addShape(ask.texts().size());
  }

  private static InferInputTensor.Builder longs(String name, Padded padded) {
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype("INT64")
        .addShape(padded.rows())
        .addShape(padded.length());
  }

  private static InferTensorContents contents(long[] values) {
    return InferTensorContents.newBuilder()
        .addAllInt64Contents(LongStream.of(values).boxed().toList())
        .build();
  }

  private static byte[] littleEndian(long[] values) {
    var bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(Door.LITTLE);
    bytes.asLongBuffer().put(values);
    return bytes.array();
  }

  private static EmbedRequest.Builder embedRequest(Ask ask) {
    var request = EmbedRequest.newBuilder().setModel(ask.model());
    return ask.truncate() ? request : request.setTruncate(false);
  }

  private static Answer unary(Serving serving, Ask ask, EmbedRequest.Builder request) {
    return Door.called(
        () ->
            Door.rows(
                EmbeddingServiceGrpc.newBlockingStub(serving.channel())
                    .withInterceptors(
                        MetadataUtils.newAttachHeadersInterceptor(Door.meta(ask.headers())))
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .embed(request.build())));
  }
}
