package dev.athanor.embedding;

import com.google.protobuf.ByteString;
import dev.athanor.learning.onnx.Onnx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// An encoder as others export theirs from BERT: three inputs, hidden states in place of vectors, a
/// WordPiece tokenizer with `[CLS]` and `[SEP]`. One layer of attention over random weights.
public final class BertExport {
  public static final int DIMENSIONS = 16;
  public static final int TOKENS = 12;
  public static final String OUTPUT = "last_hidden_state";

  private static final List<String> VOCABULARY =
      List.of(
          "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "world", "##s", "furnace", "gold");

  private final Onnx.Graph.Builder graph = Onnx.Graph.newBuilder().setName("bert");
  private final Random random = new Random(11);

  private BertExport() {}

  /// @param pooling of the card
  /// @param normalise of the card
  public static Published write(Path folder, String name, String pooling, boolean normalise)
      throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("model.onnx"), new BertExport().model().toByteArray());
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    var card =
        """
        {"kind": "text-encoder",
         "input": {"name": "input_ids", "mask": "attention_mask", "types": "token_type_ids",
                   "layout": "NT", "type": "int64", "tokens": %d, "padding": 0,
                   "tokenizer": "tokenizer.json"},
         "output": {"name": "%s", "dimensions": %d, "pooling": "%s", "normalise": %s}}"""
            .formatted(TOKENS, OUTPUT, DIMENSIONS, pooling, normalise);
    return Published.of(folder, name, 1, card, "model.onnx", "tokenizer.json");
  }

  /// The same encoder with pooling `mean`, whose graph has another name for its ids.
  public static Published named(Path folder, String name, String ids) throws IOException {
    var usual = write(folder, name, "mean", false);
    var model = new BertExport().model().toBuilder();
    for (var input : model.getGraphBuilder().getInputBuilderList()) {
      input.setName(input.getName().equals("input_ids") ? ids : input.getName());
    }
    for (var node : model.getGraphBuilder().getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, node.getInput(i).equals("input_ids") ? ids : node.getInput(i));
      }
    }
    Files.write(folder.resolve("model.onnx"), model.build().toByteArray());
    var card = usual.cardJson().replace("\"input_ids\"", "\"%s\"".formatted(ids));
    return Published.of(folder, name, 1, card, "model.onnx", "tokenizer.json");
  }

  private Onnx.Model model() {
    for (var input : List.of("input_ids", "attention_mask", "token_type_ids")) {
      graph.addInput(value(input, Onnx.ElementType.INT64_VALUE, name("batch"), name("sequence")));
    }
    graph.addOutput(
        value(
            OUTPUT,
            Onnx.ElementType.FLOAT_VALUE,
            name("batch"),
            name("sequence"),
            Onnx.Dimension.newBuilder().setDimValue(DIMENSIONS).build()));
    weights("words", VOCABULARY.size(), DIMENSIONS);
    weights("places", TOKENS, DIMENSIONS);
    weights("kinds", 2, DIMENSIONS);
    for (var map : List.of("query", "key", "value")) {
      weights(map, DIMENSIONS, DIMENSIONS);
    }
    constant("ones", ones(DIMENSIONS), DIMENSIONS);
    constant("zeros", new float[DIMENSIONS], DIMENSIONS);
    constant("one", new float[] {1});
    constant("low", new float[] {-10_000});
    constant("root", new float[] {(float) Math.sqrt(DIMENSIONS)});
    whole("first", 0);
    whole("second", 1);
    graph.addInitializer(tensor("axis", Onnx.ElementType.INT64_VALUE, bytes(new long[] {1}), 1));

    node("Gather", "word", List.of("words", "input_ids")); // (N, T, D)
    node("Gather", "kind", List.of("kinds", "token_type_ids"));
    node("Shape", "shape", List.of("input_ids"));
    node("Gather", "length", List.of("shape", "second"));
    node("Range", "numbers", List.of("first", "length", "second")); // (T)
    node("Gather", "place", List.of("places", "numbers")); // (T, D)
    node("Add", "typed", List.of("word", "kind"));
    node("Add", "placed", List.of("typed", "place"));
    node("LayerNormalization", "x", List.of("placed", "ones", "zeros"), integer("axis", -1));

    node("Cast", "seen", List.of("attention_mask"), integer("to", Onnx.ElementType.FLOAT_VALUE));
    node("Sub", "unseen", List.of("one", "seen"));
    node("Mul", "flat", List.of("unseen", "low"));
    node("Unsqueeze", "bias", List.of("flat", "axis")); // (N, 1, T)
    for (var map : List.of("query", "key", "value")) {
      node("MatMul", map + ".x", List.of("x", map));
    }
    node("Transpose", "turned", List.of("key.x"), integers("perm", 0, 2, 1));
    node("MatMul", "products", List.of("query.x", "turned")); // (N, T, T)
    node("Div", "scaled", List.of("products", "root"));
    node("Add", "scores", List.of("scaled", "bias"));
    node("Softmax", "shares", List.of("scores"), integer("axis", -1));
    node("MatMul", "mixed", List.of("shares", "value.x"));
    node("Add", "residual", List.of("x", "mixed"));
    node("LayerNormalization", OUTPUT, List.of("residual", "ones", "zeros"), integer("axis", -1));
    return Onnx.Model.newBuilder()
        .setIrVersion(8)
        .setProducerName("elsewhere")
        .setGraph(graph)
        .addOpsetImport(Onnx.OperatorSet.newBuilder().setVersion(17))
        .build();
  }

  private void node(String type, String output, List<String> inputs, Onnx.Attribute... settings) {
    graph.addNode(
        Onnx.Node.newBuilder()
            .setOpType(type)
            .setName(output)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(settings)));
  }

  private static Onnx.Attribute integer(String name, long value) {
    return Onnx.Attribute.newBuilder()
        .setName(name)
        .setType(Onnx.Attribute.Type.INT)
        .setI(value)
        .build();
  }

  private static Onnx.Attribute integers(String name, long... values) {
    var attribute = Onnx.Attribute.newBuilder().setName(name).setType(Onnx.Attribute.Type.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private void weights(String name, int rows, int columns) {
    var values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    constant(name, values, rows, columns);
  }

  private void constant(String name, float[] values, long... shape) {
    var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    graph.addInitializer(tensor(name, Onnx.ElementType.FLOAT_VALUE, bytes.array(), shape));
  }

  private void whole(String name, long value) {
    graph.addInitializer(tensor(name, Onnx.ElementType.INT64_VALUE, bytes(new long[] {value})));
  }

  private static byte[] bytes(long[] values) {
    var bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return bytes.array();
  }

  private static Onnx.Tensor tensor(String name, int type, byte[] values, long... shape) {
    var tensor =
        Onnx.Tensor.newBuilder()
            .setName(name)
            .setDataType(type)
            .setRawData(ByteString.copyFrom(values));
    for (long size : shape) {
      tensor.addDims(size);
    }
    return tensor.build();
  }

  private static Onnx.Value value(String name, int type, Onnx.Dimension... shape) {
    return Onnx.Value.newBuilder()
        .setName(name)
        .setType(
            Onnx.Type.newBuilder()
                .setTensorType(
                    Onnx.Type.OfTensor.newBuilder()
                        .setElemType(type)
                        .setShape(Onnx.Shape.newBuilder().addAllDim(List.of(shape)))))
        .build();
  }

  private static Onnx.Dimension name(String name) {
    return Onnx.Dimension.newBuilder().setDimParam(name).build();
  }

  private static float[] ones(int count) {
    var ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static String tokenizer() {
    var special =
        IntStream.range(0, 5)
            .mapToObj(
                id ->
                    """
                    {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
                     "normalized": false, "special": true}"""
                        .formatted(id, VOCABULARY.get(id)))
            .toList();
    var tokens =
        IntStream.range(0, VOCABULARY.size())
            .mapToObj(id -> "\"%s\": %d".formatted(VOCABULARY.get(id), id))
            .toList();
    return """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [%s],
         "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                        "strip_accents": null, "lowercase": true},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                      {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
           "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                              "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
         "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                   "max_input_chars_per_word": 100, "vocab": {%s}}}
        """
        .formatted(String.join(",", special), String.join(",", tokens));
  }
}
