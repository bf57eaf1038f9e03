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
            .addInput(value(INPUT, encoder.channels(), height, width))
            .addOutput(value(OUTPUT, encoder.dimensions()));
    return Onnx.Model.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("athanor")
        .setDocString(encoder.toString())
        .setGraph(graph)
        .addOpsetImport(Onnx.OperatorSet.newBuilder().setVersion(OPERATOR_SET))
        .build();
  }

  /// Floats (N, sizes…), N as large as the caller's batch.
  private static Onnx.Value value(String name, long... sizes) {
    var shape = Onnx.Shape.newBuilder().addDim(Onnx.Dimension.newBuilder().setDimParam("N"));
    for (var size : sizes) {
      shape.addDim(Onnx.Dimension.newBuilder().setDimValue(size));
    }
    var tensor =
        Onnx.Type.OfTensor.newBuilder().setElemType(Onnx.ElementType.FLOAT_VALUE).setShape(shape);
    return Onnx.Value.newBuilder()
        .setName(name)
        .setType(Onnx.Type.newBuilder().setTensorType(tensor))
        .build();
  }
}
