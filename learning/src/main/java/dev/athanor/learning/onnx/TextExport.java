package dev.athanor.learning.onnx;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.safetensors.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes networks on text as ONNX files. Batch and lengths are whatever the caller's are; padding
/// is where the attention mask is 0. The same network and weights give the same bytes.
///
/// Weights that are more than one file holds lie in a second one beside it, named as it is with
/// `.data` behind: ONNX's external data, each tensor at a multiple of 4096 bytes.
///
/// @param mostBytes of float32 weights that the graph's own file may have
public record TextExport(long mostBytes) {

  /// Token ids (batch, sequence), int64; any id where the mask is 0.
  public static final String IDS = "input_ids";

  /// (batch, total), int64, 1 where there is a token; in a language model total = past + sequence.
  public static final String MASK = "attention_mask";

  /// (batch, sequence), int64, counted from 0 over a text's own tokens.
  public static final String POSITIONS = "position_ids";

  /// (batch, sequence, vocabulary): scores of the token behind each.
  public static final String LOGITS = "logits";

  /// An ONNX file is one protobuf message, of less than 2 GiB; the graph itself takes a little.
  private static final long MOST_BYTES = Integer.MAX_VALUE - (16L << 20);

  /// With a second file where ONNX asks for one.
  public TextExport() {
    this(MOST_BYTES);
  }

  /// An encoder: [#IDS] and [#MASK] to [OnnxExport#OUTPUT], float32 (batch, dimensions), the mean
  /// of the hidden states. Padding stands behind the tokens.
  ///
  /// @param weights of the encoder; others are left out
  public void writeEncoder(Path file, TextEncoder encoder, Map<String, Tensor> weights)
      throws IOException {
    var inputs = new TextInputs(IDS, MASK, null, false);
    var data = data(file, encoder.embedding());
    var graph =
        new GraphWriter(encoder.embedding(), weights, inputs, OnnxExport.OUTPUT, data)
            .write()
            .setName("encoder")
            .addInput(Values.longs(IDS, "batch", "sequence"))
            .addInput(Values.longs(MASK, "batch", "sequence"))
            .addOutput(Values.floats(OnnxExport.OUTPUT, "batch", encoder.dimensions()));
    write(file, graph, data, encoder.toString());
  }

  /// A language model that remembers: [#IDS], [#MASK], [#POSITIONS] and for every layer i
  /// `past_key_values.i.key` and `.value`, float32 (batch, keyValueHeads, past, headSize), to
  /// [#LOGITS] and for every layer `present.i.key` and `.value`, which hold the past and the new
  /// tokens' and are the next call's past. The first call's past has length 0.
  ///
  /// @param weights of transformer and output map
  public void writeLanguageModel(
      Path file, CausalTransformer transformer, Map<String, Tensor> weights) throws IOException {
    var inputs = new TextInputs(IDS, MASK, POSITIONS, true);
    var data = data(file, transformer.languageModel());
    var graph =
        new GraphWriter(transformer.languageModel(), weights, inputs, LOGITS, data)
            .write()
            .setName("language-model")
            .addInput(Values.longs(IDS, "batch", "sequence"))
            .addInput(Values.longs(MASK, "batch", "total"))
            .addInput(Values.longs(POSITIONS, "batch", "sequence"))
            .addOutput(Values.floats(LOGITS, "batch", "sequence", transformer.vocabulary()));
    var heads = transformer.keyValueHeads();
    var size = transformer.headSize();
    for (var i = 0; i < transformer.layers(); i++) {
      graph
          .addInput(Values.floats(TextInputs.pastKey(i), "batch", heads, "past", size))
          .addInput(Values.floats(TextInputs.pastValue(i), "batch", heads, "past", size))
          .addOutput(Values.floats(TextInputs.presentKey(i), "batch", heads, "total", size))
          .addOutput(Values.floats(TextInputs.presentValue(i), "batch", heads, "total", size));
    }
    write(file, graph, data, transformer.toString());
  }

  /// Where the weights go that do not go into the graph's file.
  private @Nullable DataFile data(Path file, Network network) {
    long bytes = Math.multiplyExact(network.elements(), (long) Tensor.Type.F32.bytes());
    return bytes > mostBytes ? new DataFile(file) : null;
  }

  private static void write(
      Path file, Onnx.Graph.Builder graph, @Nullable DataFile data, String description)
      throws IOException {
    if (data != null) {
      data.write();
    }
    try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
      OnnxExport.model(graph, description).writeTo(out);
    }
  }
}
