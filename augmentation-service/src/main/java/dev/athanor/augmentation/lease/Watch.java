package dev.athanor.augmentation.lease;

/// Told of a long work's way.
public interface Watch {
  /// What was counted so far was looking; from here on it is the work itself.
  void writing();

  /// Before each sample; throws to end the work.
  void sample();
}
