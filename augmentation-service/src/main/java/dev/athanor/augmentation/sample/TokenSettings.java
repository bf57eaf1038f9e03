package dev.athanor.augmentation.sample;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.MaskedTokens;
import dev.athanor.contracts.batch.TokenBlocks;
import dev.athanor.contracts.batch.TokenSequences;
import dev.athanor.contracts.batch.TokenizerReference;
import dev.athanor.platform.error.Problem;
import org.jspecify.annotations.Nullable;

/// Which view of tokens to show.
///
/// @param view `masked`, `blocks` or `sequences`
/// @param length tokens in a row
/// @param select which part of the tokens is to be predicted
/// @param mask which part of these becomes the mask token
/// @param replace which part of these becomes another token
/// @param packed whether masked rows are blocks in place of documents
record TokenSettings(
    String tokenizer,
    String view,
    int length,
    double select,
    double mask,
    double replace,
    boolean packed) {
  static final TokenSettings DEFAULT =
      new TokenSettings("bytes", "masked", 128, 0.15, 0.8, 0.1, false);

  /// Rows in a preview are not for the wire.
  private static final int LONGEST = 4096;

  TokenSettings {
    if (length > LONGEST) {
      throw Problem.badRequest(
          "tokens.length: %d (expected: at most %d in a preview)".formatted(length, LONGEST));
    }
  }

  @JsonCreator
  static TokenSettings read(
      @JsonProperty("tokenizer") @Nullable String tokenizer,
      @JsonProperty("view") @Nullable String view,
      @JsonProperty("length") @Nullable Integer length,
      @JsonProperty("select") @Nullable Double select,
      @JsonProperty("mask") @Nullable Double mask,
      @JsonProperty("replace") @Nullable Double replace,
      @JsonProperty("packed") @Nullable Boolean packed) {
    return new TokenSettings(
        tokenizer == null ? DEFAULT.tokenizer : tokenizer,
        view == null ? DEFAULT.view : view,
        length == null ? DEFAULT.length : length,
        select == null ? DEFAULT.select : select,
        mask == null ? DEFAULT.mask : mask,
        replace == null ? DEFAULT.replace : replace,
        packed == null ? DEFAULT.packed : packed);
  }

  AugmentationSpec spec() {
    var reference = TokenizerReference.newBuilder().setName(tokenizer);
    return switch (view) {
      case "masked" ->
          AugmentationSpec.newBuilder()
              .setMaskedTokens(
                  MaskedTokens.newBuilder()
                      .setTokenizer(reference)
                      .setLength(length)
                      .setSelect(select)
                      .setMask(mask)
                      .setReplace(replace)
                      .setPacked(packed))
              .build();
      case "blocks" ->
          AugmentationSpec.newBuilder()
              .setTokenBlocks(
                  TokenBlocks.newBuilder()
                      .setTokenizer(reference)
                      .setLength(length)
                      .setOrdered(true))
              .build();
      case "sequences" ->
          AugmentationSpec.newBuilder()
              .setTokenSequences(
                  TokenSequences.newBuilder().setTokenizer(reference).setLength(length))
              .build();
      default ->
          throw Problem.badRequest(
              "tokens.view: %s (expected: masked, blocks or sequences)"
                  .formatted(Problem.quote(view)));
    };
  }
}
