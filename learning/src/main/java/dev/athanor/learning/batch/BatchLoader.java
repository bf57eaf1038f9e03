package dev.athanor.learning.batch;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/// Brings batches to the device and prepares them there.
public final class BatchLoader {

  private final @Nullable ImageInput images;

  /// @param normalisation of images; null where a run reads none
  /// @param manager owns what stays between batches
  public BatchLoader(@Nullable Normalisation normalisation, NDManager manager) {
    this.images = normalisation == null ? null : new ImageInput(normalisation, manager);
  }

  /// @param scratch owns what comes back
  /// @throws IllegalArgumentException if the batch is of another kind than the run reads
  public Input load(Batch batch, NDManager scratch) {
    return switch (batch) {
      case ImageBatch pixels when images != null -> images.load(pixels, scratch);
      case TokenBatch tokens -> TokenInput.load(tokens, scratch);
      case ImageBatch _ ->
          throw new IllegalArgumentException(
              "batch: images (expected: none, without normalisation)");
    };
  }
}
