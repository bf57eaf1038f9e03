package dev.athanor.trainer.spec;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.MaskedTokens;
import dev.athanor.contracts.batch.TokenBlocks;
import dev.athanor.contracts.batch.TokenSequences;
import dev.athanor.contracts.batch.TokenizerReference;
import dev.athanor.platform.augmentation.AugmentationSettings;
import java.util.Objects;

/// What a run's networks read, once its data set is known, and how views of it are asked for.
public sealed interface RunInput {

  /// Where a run is on images.
  ///
  /// @throws IllegalStateException where it is on texts
  default Pixels pixels() {
    throw new IllegalStateException("input: texts (expected: images)");
  }

  /// Where a run is on texts.
  ///
  /// @throws IllegalStateException where it is on images
  default Tokens tokens() {
    throw new IllegalStateException("input: images (expected: texts)");
  }

  /// @param channels of the images: 1 or 3
  /// @param augmentation with a size
  record Pixels(int channels, AugmentationSettings augmentation) implements RunInput {
    @Override
    public Pixels pixels() {
      return this;
    }

    /// Height and width of a view.
    public int size() {
      return Objects.requireNonNull(augmentation.size(), "a stored spec has a size");
    }

    /// So many random views of each image.
    public AugmentationSpec views(int views, boolean labels) {
      return augmentation.toProto(channels, views, labels);
    }

    /// The one deterministic view of each image.
    public AugmentationSpec evaluation() {
      return AugmentationSettings.evaluation(size(), channels);
    }
  }

  /// @param vocabulary ids run from 0 to vocabulary - 1
  /// @param context the longest sequence that the encoder is made for, in tokens
  record Tokens(TokenizerReference tokenizer, int vocabulary, int context) implements RunInput {
    @Override
    public Tokens tokens() {
      return this;
    }

    /// Each document, cut or padded to `length` tokens, with its label.
    ///
    /// @param shuffled in the epoch's order, for training; else in the split's
    public AugmentationSpec sequences(int length, boolean shuffled) {
      return AugmentationSpec.newBuilder()
          .setTokenSequences(
              TokenSequences.newBuilder()
                  .setTokenizer(tokenizer)
                  .setLength(length)
                  .setShuffled(shuffled))
          .build();
    }

    /// Rows of the split's stream of tokens, which overlap by one.
    public AugmentationSpec blocks(int length, boolean ordered) {
      return AugmentationSpec.newBuilder()
          .setTokenBlocks(
              TokenBlocks.newBuilder()
                  .setTokenizer(tokenizer)
                  .setLength(length)
                  .setOrdered(ordered))
          .build();
    }

    /// Rows of `context` tokens with some of them hidden.
    AugmentationSpec masked(MlmSpec masking, boolean ordered) {
      return AugmentationSpec.newBuilder()
          .setMaskedTokens(
              MaskedTokens.newBuilder()
                  .setTokenizer(tokenizer)
                  .setLength(context)
                  .setSelect(masking.select())
                  .setMask(masking.mask())
                  .setReplace(masking.replace())
                  .setPacked(masking.packed())
                  .setOrdered(ordered))
          .build();
    }
  }
}
