package dev.athanor.augmentation.format;

/// A staged file, read in ranges, so that no connection stays open for as long as an ingest takes.
public interface Blob {
  /// The name that the caller gave the file, for messages.
  String name();

  long bytes();

  /// Bytes `[offset, offset + length)`. That they cannot be had is no fault of the data, and is
  /// thrown as the store's own exception.
  byte[] read(long offset, int length);
}
