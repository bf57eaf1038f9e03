package dev.athanor.embedding.encoder;

import java.util.List;

/// Turns prepared inputs into vectors. Safe for many threads.
@FunctionalInterface
public interface Encoder {
  /// @param inputs as the card's input says, at least one
  /// @return `(inputs, dimensions)`
  float[][] encode(List<? extends Prepared> inputs);
}
