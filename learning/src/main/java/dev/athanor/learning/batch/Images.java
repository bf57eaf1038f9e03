package dev.athanor.learning.batch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.athanor.learning.engine.Scalars;
import org.jspecify.annotations.Nullable;

/// An [ImageBatch] on the device: all first views, then all second views.
///
/// @param bytes (views × N, H, W, C), uint8; the loader's buffer, good until it loads another batch
/// @param normalised (views × N, C, H, W), as [Normalisation] has it, with the channels of a pixel
///   side by side in memory
/// @param labels (N), int64; null where the batch carries none
public record Images(NDArray bytes, NDArray normalised, @Nullable NDArray labels) implements Input {

  /// (views × N, C, H, W), from 0 to 1.
  public NDArray unit() {
    return Scalars.over(bytes.toType(DataType.FLOAT32, true), 255).transpose(0, 3, 1, 2);
  }
}
