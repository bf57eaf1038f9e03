package dev.athanor.augmentation.sample;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.athanor.augmentation.view.PreviewGrid;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.error.Problem;
import org.jspecify.annotations.Nullable;

/// What to show.
///
/// @param views draws of each view, 1 to 64
/// @param augmentation of images; null: the paper's
/// @param tokens of texts; null: masked bytes
record PreviewRequest(
    String split,
    long index,
    int views,
    long seed,
    @Nullable AugmentationSettings augmentation,
    @Nullable TokenSettings tokens) {
  private static final int DRAWS = 8;

  PreviewRequest {
    if (views < 1 || views > PreviewGrid.MOST_DRAWS) {
      throw Problem.badRequest(
          "views: %d (expected: 1 to %d)".formatted(views, PreviewGrid.MOST_DRAWS));
    }
  }

  @JsonCreator
  static PreviewRequest read(
      @JsonProperty("split") @Nullable String split,
      @JsonProperty("index") @Nullable Long index,
      @JsonProperty("views") @Nullable Integer views,
      @JsonProperty("seed") @Nullable Long seed,
      @JsonProperty("augmentation") @Nullable AugmentationSettings augmentation,
      @JsonProperty("tokens") @Nullable TokenSettings tokens) {
    return new PreviewRequest(
        split == null ? "train" : split,
        index == null ? 0 : index,
        views == null ? DRAWS : views,
        seed == null ? 0 : seed,
        augmentation,
        tokens);
  }
}
