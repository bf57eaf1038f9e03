package dev.athanor.learning.batch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Some views of some sequences of tokens.
///
/// The arrays are not copied: whoever makes a batch gives them away.
///
/// @param views of each sample
/// @param samples N
/// @param length T, of the longest sequence
/// @param ids (views, samples, length): [#PADDING] behind the end of a shorter sequence
/// @param targets (views, samples, length): what stood where a token was hidden, [#NOT_HIDDEN]
///   elsewhere; null in a view that hides none
/// @param labels (samples), -1 where a sample has none; null where the batch carries none
@SuppressWarnings("ArrayRecordComponent") // a batch is moved, never compared
public record TokenBatch(
    int views,
    int samples,
    int length,
    int[] ids,
    int @Nullable [] targets,
    int @Nullable [] labels)
    implements Batch {

  /// Where a sequence has no token.
  public static final int PADDING = -1;

  /// A target where nothing is to be guessed.
  public static final int NOT_HIDDEN = -100;

  // Not the compact form, for the reason that ImageBatch has.
  public TokenBatch(
      int views,
      int samples,
      int length,
      int[] ids,
      int @Nullable [] targets,
      int @Nullable [] labels) {
    positive("views", views);
    positive("samples", samples);
    positive("length", length);
    var expected = (long) views * samples * length;
    if (ids.length != expected) {
      throw new IllegalArgumentException("ids: %d (expected: %d)".formatted(ids.length, expected));
    }
    if (targets != null && targets.length != expected) {
      throw new IllegalArgumentException(
          "targets: %d (expected: %d, as many as ids)".formatted(targets.length, expected));
    }
    if (labels != null && labels.length != samples) {
      throw new IllegalArgumentException(
          "labels: %d (expected: %d, one a sample)".formatted(labels.length, samples));
    }
    requirePaddingAtTheEnd(ids, length);
    this.views = views;
    this.samples = samples;
    this.length = length;
    this.ids = ids;
    this.targets = targets;
    this.labels = labels;
  }

  /// One view of sequences of which only so many tokens count, as they travel.
  ///
  /// @param ids (samples, length), changed in place: what stands behind a sequence's tokens becomes
  ///   [#PADDING]
  /// @param lengths (samples)
  public static TokenBatch ofLengths(
      int samples,
      int length,
      int[] ids,
      int[] lengths,
      int @Nullable [] targets,
      int @Nullable [] labels) {
    if (lengths.length != samples) {
      throw new IllegalArgumentException(
          "lengths: %d (expected: %d, one a sample)".formatted(lengths.length, samples));
    }
    for (var n = 0; n < samples; n++) {
      if (lengths[n] < 0 || lengths[n] > length) {
        throw new IllegalArgumentException(
            "lengths[%d]: %d (expected: from 0 to %d)".formatted(n, lengths[n], length));
      }
      Arrays.fill(ids, n * length + lengths[n], (n + 1) * length, PADDING);
    }
    return new TokenBatch(1, samples, length, ids, targets, labels);
  }

  /// views × samples.
  public int sequences() {
    return views * samples;
  }

  /// Without its contents, which no log wants.
  @Override
  public String toString() {
    return "TokenBatch(%d views, %d samples, %d tokens%s%s)"
        .formatted(
            views,
            samples,
            length,
            targets == null ? "" : ", masked",
            labels == null ? "" : ", labelled");
  }

  /// A causal network needs no mask for padding, but only because none of it stands before a token.
  private static void requirePaddingAtTheEnd(int[] ids, int length) {
    for (var i = 0; i < ids.length; i++) {
      if (ids[i] < PADDING) {
        throw new IllegalArgumentException(
            "ids[%d]: %d (expected: a token, or %d behind the last)".formatted(i, ids[i], PADDING));
      }
      if (ids[i] != PADDING && i % length > 0 && ids[i - 1] == PADDING) {
        throw new IllegalArgumentException(
            "ids[%d]: a token behind padding (expected: padding behind the last token)"
                .formatted(i));
      }
    }
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d (expected: > 0)".formatted(name, value));
    }
  }
}
