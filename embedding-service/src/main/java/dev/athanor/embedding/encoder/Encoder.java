package dev.athanor.embedding.encoder;

/// Turns preprocessed images into vectors. Safe for many threads.
@FunctionalInterface
public interface Encoder {
  /// @param pixels `(count, channels, height, width)` as the card's input says, at least so many
  /// @return `(count, dimensions)`
  float[][] encode(float[] pixels, int count);
}
