package dev.athanor.learning.batch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Brings batches to the device and normalises them there.
///
/// Bytes go through one buffer outside the heap that is reused from batch to batch: a fresh one
/// each time would wait for a garbage collection that a training loop hardly ever causes.
final class ImageInput {

  private final NDArray factor;
  private final NDArray shift;
  private final int channels;
  private ByteBuffer staging = ByteBuffer.allocateDirect(0);

  /// @param manager owns what stays between batches
  ImageInput(Normalisation normalisation, NDManager manager) {
    this.channels = normalisation.channels();
    var factors = new float[channels];
    var shifts = new float[channels];
    for (var c = 0; c < channels; c++) {
      factors[c] = (float) (1 / (255 * normalisation.std().get(c)));
      shifts[c] = (float) (normalisation.mean().get(c) / normalisation.std().get(c));
    }
    this.factor = manager.create(factors);
    this.shift = manager.create(shifts);
  }

  Images load(ImageBatch batch, NDManager scratch) {
    if (batch.channels() != channels) {
      throw new IllegalArgumentException(
          "batch: %d channels (expected: %d)".formatted(batch.channels(), channels));
    }
    var shape = new Shape(batch.images(), batch.height(), batch.width(), channels);
    var bytes = scratch.create(stage(batch.pixels()), shape, DataType.UINT8);
    var normalised =
        bytes
            .toType(DataType.FLOAT32, true)
            .muli(factor)
            .subi(shift)
            .transpose(0, 3, 1, 2); // (views × N, H, W, C) seen as (views × N, C, H, W)
    return new Images(bytes, normalised, labels(batch.labels(), scratch));
  }

  private static @Nullable NDArray labels(int @Nullable [] labels, NDManager scratch) {
    return labels == null ? null : scratch.create(Arrays.stream(labels).asLongStream().toArray());
  }

  private ByteBuffer stage(byte[] pixels) {
    if (staging.capacity() < pixels.length) {
      staging = ByteBuffer.allocateDirect(pixels.length);
    }
    return staging.clear().put(pixels).flip();
  }
}
