package dev.athanor.trainer.job;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.dataset.TokenCounts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How many rows a view has in a split: its images or documents, or blocks of its tokens.
public final class ViewRows {
  private ViewRows() {}

  /// @param tokens that the version has; null for images
  public static int of(
      AugmentationSpec view, DatasetFacts dataset, String split, @Nullable TokenCounts tokens) {
    if (view.hasTokenBlocks()) {
      var blocks = view.getTokenBlocks();
      return in(split, tokens).blocks(blocks.getLength(), blocks.getOrdered());
    }
    var masked = view.getMaskedTokens();
    return masked.getPacked()
        ? in(split, tokens).blocks(masked.getLength(), masked.getOrdered())
        : dataset.split(split).samples();
  }

  private static TokenCounts.Split in(String split, @Nullable TokenCounts tokens) {
    return Objects.requireNonNull(tokens, "texts have tokens").split(split);
  }
}
