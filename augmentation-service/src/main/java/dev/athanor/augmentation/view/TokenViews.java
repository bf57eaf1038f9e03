package dev.athanor.augmentation.view;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.TokenizerReference;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes the rows of tokens that a spec asks for, each a pure function of (tokens, spec, seed,
/// epoch, sample). Safe for many threads.
public final class TokenViews {
  /// The target where nothing is to be predicted.
  public static final int NO_TARGET = -100;

  private static final int LONGEST = 1 << 16;

  private final int length;
  private final boolean packed;
  private final boolean ordered;
  private final boolean labels;
  private final Tokenizer tokenizer;
  private final @Nullable Masking masking;

  /// Fills rows up; null where every row is full.
  private final @Nullable Integer pad;

  private TokenViews(
      int length,
      boolean packed,
      boolean ordered,
      boolean labels,
      Tokenizer tokenizer,
      @Nullable Masking masking) {
    this.length = length;
    this.packed = packed;
    this.ordered = ordered;
    this.labels = labels;
    this.tokenizer = tokenizer;
    this.masking = masking;
    this.pad = tokenizer.pad();
    check();
  }

  /// Whether a spec asks for tokens.
  public static boolean asks(AugmentationSpec spec) {
    return switch (spec.getKindCase()) {
      case MASKED_TOKENS, TOKEN_BLOCKS, TOKEN_SEQUENCES -> true;
      case RANDOM, EVALUATION, KIND_NOT_SET -> false;
    };
  }

  /// The tokenizer that a spec for tokens names.
  public static TokenizerReference tokenizer(AugmentationSpec spec) {
    return switch (spec.getKindCase()) {
      case MASKED_TOKENS -> spec.getMaskedTokens().getTokenizer();
      case TOKEN_BLOCKS -> spec.getTokenBlocks().getTokenizer();
      case TOKEN_SEQUENCES -> spec.getTokenSequences().getTokenizer();
      case RANDOM, EVALUATION, KIND_NOT_SET -> throw noTokens(spec);
    };
  }

  /// Checks a spec that came over the wire.
  ///
  /// @throws Problem (unprocessable) that names the field and what was expected
  public static TokenViews of(AugmentationSpec spec, Tokenizer tokenizer) {
    return switch (spec.getKindCase()) {
      case MASKED_TOKENS -> {
        var masked = spec.getMaskedTokens();
        yield new TokenViews(
            masked.getLength(),
            masked.getPacked(),
            masked.getOrdered(),
            false,
            tokenizer,
            Masking.of(masked, tokenizer));
      }
      case TOKEN_BLOCKS -> {
        var blocks = spec.getTokenBlocks();
        yield new TokenViews(blocks.getLength(), true, blocks.getOrdered(), false, tokenizer, null);
      }
      case TOKEN_SEQUENCES -> {
        var sequences = spec.getTokenSequences();
        yield new TokenViews(
            sequences.getLength(), false, !sequences.getShuffled(), true, tokenizer, null);
      }
      case RANDOM, EVALUATION, KIND_NOT_SET -> throw noTokens(spec);
    };
  }

  /// Tokens in a row.
  public int length() {
    return length;
  }

  /// Whether rows are blocks of the split's stream in place of documents.
  public boolean packed() {
    return packed;
  }

  /// Whether rows come in their order, the last partial batch kept.
  public boolean ordered() {
    return ordered;
  }

  /// Whether batches carry the documents' labels.
  public boolean labels() {
    return labels;
  }

  /// Whether rows come with targets.
  public boolean targets() {
    return masking != null;
  }

  /// How many rows a split has: documents, or blocks, which overlap by one token.
  public long rows(long documents, long tokens) {
    if (!packed) {
      return documents;
    }
    long predicted = Math.max(0, tokens - 1);
    return ordered ? Math.ceilDiv(predicted, length - 1) : predicted / (length - 1);
  }

  /// Where a block starts in the split's stream.
  public long start(long block) {
    return block * (length - 1);
  }

  /// How many of a document's tokens a row has room for.
  public int room() {
    return packed ? length : tokenizer.room(length);
  }

  /// Writes one row and returns how many of its tokens count.
  ///
  /// @param tokens of the document or block, at most [#room]
  /// @param epoch 0 to 2^32 - 1
  /// @param row its index in its split, 0 to 2^56 - 1
  /// @param ids where the row goes, `length` of them
  /// @param targets where its targets go; untouched where there are none
  public int render(int[] tokens, long seed, long epoch, long row, int[] ids, int[] targets) {
    var content = packed ? tokens : tokenizer.sequence(tokens, length);
    System.arraycopy(content, 0, ids, 0, content.length);
    if (content.length < length) {
      Arrays.fill(ids, content.length, length, pad == null ? 0 : pad);
    }
    if (masking != null) {
      Arrays.fill(targets, 0, length, NO_TARGET);
      masking.mask(ids, content.length, new Draws(seed, epoch, row, 0), targets);
    }
    return content.length;
  }

  private void check() {
    if (length < 2 || length > LONGEST || (!packed && tokenizer.room(length) < 1)) {
      throw Problem.unprocessable(
          "spec.length: %d (expected: %d to %d)"
              .formatted(
                  length, packed ? 2 : Math.max(2, length - tokenizer.room(length) + 1), LONGEST));
    }
    if (pad == null && (ordered || !packed)) {
      throw Problem.unprocessable(
          "spec.tokenizer: no token to pad with (expected: [PAD], <pad> or another usual one among its added tokens)");
    }
  }

  private static Problem noTokens(AugmentationSpec spec) {
    return Problem.unprocessable(
        "spec.kind: %s (expected: masked_tokens, token_blocks or token_sequences, the views of texts)"
            .formatted(Problem.quote(spec.getKindCase().name())));
  }
}
