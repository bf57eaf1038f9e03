package dev.athanor.augmentation.stream;

/// An order of samples that was drawn from a seed; a selection is its beginning.
sealed interface DrawnOrder permits Permutation, BalancedOrder {
  /// How many samples take part.
  long size();

  /// The sample at `position`, which lies in `[0, size)`.
  long at(long position);
}
