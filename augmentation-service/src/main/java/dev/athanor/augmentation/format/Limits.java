package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;

/// What an upload may unpack to, so that a small file cannot fill the disk or the memory.
///
/// @param ratio the most bytes that a packed byte may become, once `freeBytes` have come out
/// @param freeBytes that may come out of a file at any ratio: blank pictures pack very well
/// @param unpackedBytes the most that one file may unpack to
/// @param imageBytes the most that one encoded image may have
/// @param textBytes the most that one text may have
/// @param samples the most samples in a version
/// @param tableBytes the most bytes of a zip's table of contents, which is held in memory as a
///   multiple of them
public record Limits(
    int ratio,
    long freeBytes,
    long unpackedBytes,
    int imageBytes,
    int textBytes,
    long samples,
    long tableBytes) {

  public Limits {
    if (ratio < 1
        || freeBytes < 0
        || unpackedBytes < 1
        || imageBytes < 1
        || textBytes < 1
        || samples < 1
        || tableBytes < 1) {
      throw new IllegalArgumentException(
          "limits: %d, %d, %d, %d, %d, %d, %d (expected: positive numbers)"
              .formatted(
                  ratio, freeBytes, unpackedBytes, imageBytes, textBytes, samples, tableBytes));
    }
  }

  /// Refuses a bomb as soon as it shows.
  ///
  /// @param what the file, or the entry in it
  /// @param packed bytes read so far
  /// @param unpacked bytes that came out of them
  void check(String what, long packed, long unpacked) {
    if (unpacked > unpackedBytes) {
      throw Problem.unprocessable(
          "%s: unpacks to more than %d bytes (expected: no more)".formatted(what, unpackedBytes));
    }
    if (unpacked > freeBytes && unpacked / ratio > packed) {
      throw Problem.unprocessable(
          "%s: %d packed bytes unpack to %d and more (expected: at most %d times as many)"
              .formatted(what, packed, unpacked, ratio));
    }
  }
}
