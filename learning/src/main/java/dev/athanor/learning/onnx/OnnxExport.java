package dev.athanor.learning.onnx;

import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.safetensors.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Writes a trained encoder as an ONNX file: input `pixels`, float32 (N, C, height, width) with any
/// N, normalised as in training; output `embedding`, float32 (N, D), the representation h.
///
/// Batch normalisation is folded into the convolution before it, so the file computes what training
/// computes in evaluation mode, up to rounding, with fewer operators. The same network and weights
/// give the same bytes.
public final class OnnxExport {

  /// The names that callers of the file use.
  public static final String INPUT = "pixels";

  public static final String OUTPUT = "embedding";

  private static final long IR_VERSION = 8;
  private static final long OPERATOR_SET = 17;

  private OnnxExport() {}

  /// @param weights of the encoder, as
  ///   [dev.athanor.learning.training.TrainingSession#encoderWeights] returns them; others are left
  ///   out
  /// @param height of the images that the encoder will be given
  /// @param width of the images that the encoder will be given
  public static void write(
      Path file, ImageEncoder encoder, Map<String, Tensor> weights, int height, int width)
      throws IOException {
    var model = model(encoder, weights, height, width);
    try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
      model.writeTo(out);
    }
  }

  private static Onnx.Model model(
      ImageEncoder encoder, Map<String, Tensor> weights, int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("size: %d×%d (expected: > 0)".formatted(height, width));
    }
    var graph =
        new GraphWriter(encoder.network(), weights, INPUT, OUTPUT)
            .write()
            .setName("encoder")
            .addInput(Values.floats(INPUT, "N", encoder.channels(), height, width))
            .addOutput(Values.floats(OUTPUT, "N", encoder.dimensions()));
    return model(graph, encoder.toString());
  }

  /// The file around a graph.
  static Onnx.Model model(Onnx.Graph.Builder graph, String description) {
    return Onnx.Model.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("athanor")
        .setDocString(description)
        .setGraph(graph)
        .addOpsetImport(Onnx.OperatorSet.newBuilder().setVersion(OPERATOR_SET))
        .build();
  }
}
