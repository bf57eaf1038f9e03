package dev.athanor.embedding.door;

import org.jspecify.annotations.Nullable;

/// What came through a door: vectors, or a refusal.
///
/// @param rows (N, D), null where the call was refused
/// @param status of HTTP; for gRPC the status of HTTP that means the same
/// @param message of the refusal
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record Answer(float @Nullable [][] rows, int status, String message) {
  static Answer of(float[][] rows) {
    return new Answer(rows, 200, "");
  }

  static Answer refused(int status, String message) {
    return new Answer(null, status, message);
  }

  float[][] vectors() {
    if (rows == null) {
      throw new AssertionError("refused with %d: %s".formatted(status, message));
    }
    return rows;
  }
}
