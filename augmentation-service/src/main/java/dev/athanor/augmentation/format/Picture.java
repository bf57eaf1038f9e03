package dev.athanor.augmentation.format;

import dev.athanor.preprocessing.Image;

/// An image as a dataset holds it.
public sealed interface Picture extends Content {
  /// An image file as [dev.athanor.preprocessing.ImageFormat] names them, not yet looked into.
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Encoded(byte[] bytes) implements Picture {}

  /// Raw pixels.
  record Pixels(Image image) implements Picture {}
}
