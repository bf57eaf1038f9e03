package dev.athanor.learning.onnx;

import dev.athanor.learning.layer.Layer.BatchNorm;
import dev.athanor.learning.safetensors.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The numbers of a convolution or a linear map.
///
/// @param weight (out, …)
/// @param bias (out), or null where it has none
record Affine(Tensor weight, @Nullable Tensor bias) {

  /// The same map followed by batch normalisation in evaluation mode. With s = scale / √(variance +
  /// ε): weight × s, (bias - mean) × s + shift.
  Affine normalised(float[] scale, float[] shift, float[] mean, float[] variance) {
    var out = scale.length;
    var weights = weight.floats();
    var biases = bias == null ? new float[out] : bias.floats();
    var each = weights.length / out;
    for (var c = 0; c < out; c++) {
      var s = scale[c] / Math.sqrt(variance[c] + BatchNorm.EPSILON);
      for (var i = c * each; i < (c + 1) * each; i++) {
        weights[i] = (float) (weights[i] * s);
      }
      biases[c] = (float) ((biases[c] - mean[c]) * s + shift[c]);
    }
    return new Affine(
        Tensor.floats(weight.shape(), weights), Tensor.floats(List.of((long) out), biases));
  }
}
