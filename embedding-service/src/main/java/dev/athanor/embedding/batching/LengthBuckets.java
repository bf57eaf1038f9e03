package dev.athanor.embedding.batching;

import dev.athanor.embedding.encoder.Prepared;

/// Which inputs share a forward pass. A batch of texts is padded to its longest, so texts of about
/// one length go together: up to 8, 12, 16, 24, 32, 48, … tokens, two buckets an octave. Images are
/// all alike.
public final class LengthBuckets {
  private static final int SHORTEST = 8;

  private LengthBuckets() {}

  /// What an input takes up of a batch, which is also its bucket: 1 for an image, for a text the
  /// tokens of its bucket's longest, so that a batch's sum bounds it with its padding.
  public static int cost(Prepared input) {
    return switch (input) {
      case Prepared.Pixels _ -> 1;
      case Prepared.Tokens(var ids) -> width(ids.length);
    };
  }

  /// The number of tokens of a text, 0 of an image.
  static int tokens(Prepared input) {
    return switch (input) {
      case Prepared.Pixels _ -> 0;
      case Prepared.Tokens(var ids) -> ids.length;
    };
  }

  private static int width(int tokens) {
    if (tokens <= SHORTEST) {
      return SHORTEST;
    }
    int octave = Integer.highestOneBit(tokens - 1); // < tokens <= 2 * octave
    int between = octave + octave / 2;
    return tokens <= between ? between : 2 * octave;
  }
}
