package dev.athanor.client;

/// How many inputs become calls.
///
/// @param size inputs of one call; at most what the service allows, 256 by default
/// @param underWay calls at once
public record Batches(int size, int underWay) {
  /// Keeps a service with a few processors busy.
  public static final Batches DEFAULT = new Batches(32, 4);

  public Batches {
    if (size < 1 || underWay < 1) {
      throw new IllegalArgumentException(
          "size, underWay: %d, %d (expected: >= 1)".formatted(size, underWay));
    }
  }
}
