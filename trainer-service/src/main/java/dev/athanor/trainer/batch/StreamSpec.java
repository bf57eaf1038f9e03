package dev.athanor.trainer.batch;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.contracts.batch.Selection;
import org.jspecify.annotations.Nullable;

/// What a stream of batches is made of; batch `index` of it is a pure function of this.
///
/// @param name tells a run's streams apart
/// @param selection only some samples of the split, or null for all
/// @param samples how many samples an epoch of the stream draws from: the selection's, or the
///   split's images, documents or blocks of tokens
/// @param firstIndex the first batch to ask for
/// @param endIndex one past the last batch to ask for
public record StreamSpec(
    String name,
    String dataset,
    int version,
    String split,
    @Nullable Selection selection,
    AugmentationSpec augmentation,
    long seed,
    int batchSize,
    int samples,
    long firstIndex,
    long endIndex) {

  public StreamSpec {
    if (batchSize < 1 || samples < 1 || firstIndex < 0 || endIndex < firstIndex) {
      throw new IllegalArgumentException(
          "stream %s: batchSize %d, samples %d, batches [%d, %d) (expected: sizes >= 1, 0 <= first <= end)"
              .formatted(name, batchSize, samples, firstIndex, endIndex));
    }
  }

  /// The same stream from batch `index` on.
  public StreamSpec from(long index) {
    return new StreamSpec(
        name,
        dataset,
        version,
        split,
        selection,
        augmentation,
        seed,
        batchSize,
        samples,
        index,
        endIndex);
  }

  /// The same stream up to batch `index`, without it.
  public StreamSpec until(long index) {
    return new StreamSpec(
        name,
        dataset,
        version,
        split,
        selection,
        augmentation,
        seed,
        batchSize,
        samples,
        firstIndex,
        index);
  }

  int views() {
    return augmentation.hasRandom() ? augmentation.getRandom().getViewsCount() : 1;
  }

  boolean labels() {
    return switch (augmentation.getKindCase()) {
      case EVALUATION, TOKEN_SEQUENCES -> true;
      case RANDOM -> augmentation.getRandom().getLabels();
      case MASKED_TOKENS, TOKEN_BLOCKS, KIND_NOT_SET -> false;
    };
  }

  /// Whether its batches are rows of tokens, and not pixels.
  boolean tokens() {
    return switch (augmentation.getKindCase()) {
      case MASKED_TOKENS, TOKEN_BLOCKS, TOKEN_SEQUENCES -> true;
      case EVALUATION, RANDOM, KIND_NOT_SET -> false;
    };
  }

  /// Whether rows come with what was hidden of them.
  boolean targets() {
    return augmentation.hasMaskedTokens();
  }

  /// Tokens in a row.
  int length() {
    return switch (augmentation.getKindCase()) {
      case MASKED_TOKENS -> augmentation.getMaskedTokens().getLength();
      case TOKEN_BLOCKS -> augmentation.getTokenBlocks().getLength();
      case TOKEN_SEQUENCES -> augmentation.getTokenSequences().getLength();
      case EVALUATION, RANDOM, KIND_NOT_SET -> 0;
    };
  }

  /// Whether samples keep their order, as for measuring.
  private boolean ordered() {
    return switch (augmentation.getKindCase()) {
      case EVALUATION -> true;
      case MASKED_TOKENS -> augmentation.getMaskedTokens().getOrdered();
      case TOKEN_BLOCKS -> augmentation.getTokenBlocks().getOrdered();
      case TOKEN_SEQUENCES -> !augmentation.getTokenSequences().getShuffled();
      case RANDOM, KIND_NOT_SET -> false;
    };
  }

  /// Measuring keeps the last partial batch, training drops it.
  int samplesOf(long index) {
    return ordered() ? (int) Math.min(batchSize, samples - index * batchSize) : batchSize;
  }

  /// The payload of a full batch; what the window counts.
  public long batchBytes() {
    return bytes(batchSize);
  }

  long bytesOf(long index) {
    return bytes(samplesOf(index));
  }

  private long bytes(int ofSamples) {
    return tokens()
        ? (long) ofSamples * length() * Integer.BYTES * (targets() ? 2 : 1)
        : (long) views()
            * ofSamples
            * augmentation.getHeight()
            * augmentation.getWidth()
            * augmentation.getChannels();
  }

  BatchRequest request(Asker asker, int mailbox, long index, int attempt, long expiresAtMs) {
    var request =
        BatchRequest.newBuilder()
            .setRunId(asker.run())
            .setFence(asker.fence())
            .setAttempt(attempt)
            .setIndex(index)
            .setDataset(dataset)
            .setDatasetVersion(version)
            .setSplit(split)
            .setSpec(augmentation)
            .setSeed(seed)
            .setBatchSize(batchSize)
            .setMailbox(mailbox)
            .setExpiresAtMs(expiresAtMs)
            .setAugmenterBuild(asker.build() == null ? "" : asker.build())
            .setStream(name);
    if (selection != null) {
      request.setSelection(selection);
    }
    return request.build();
  }
}
