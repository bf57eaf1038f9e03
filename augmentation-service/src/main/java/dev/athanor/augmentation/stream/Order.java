package dev.athanor.augmentation.stream;

/// A batch that can be made, so that its size is known before memory is taken for it.
sealed interface Order permits PixelOrder, TokenOrder {
  /// Of the batch's payload.
  int bytes();

  MadeBatch make();
}
