package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The layout of one IDX file: two zero bytes, the type of the values (8: unsigned bytes), the
/// number of dimensions, each dimension as a big-endian int, the values.
final class IdxInput {
  private static final int UNSIGNED_BYTES = 8;

  private final Blob blob;
  private final UnpackedInput input;

  IdxInput(Blob blob, Limits limits) {
    this.blob = blob;
    this.input = new UnpackedInput(blob, limits);
  }

  /// Whether a file that starts so is IDX of unsigned bytes with one to four dimensions.
  static boolean startsLike(byte[] head) {
    return head.length >= 8
        && head[0] == 0
        && head[1] == 0
        && head[2] == UNSIGNED_BYTES
        && head[3] >= 1
        && head[3] <= 4;
  }

  static int dimensions(byte[] head) {
    return head[3];
  }

  /// The header, read first.
  int[] shape() {
    int dimensions = read("header", 4)[3];
    var sizes = ByteBuffer.wrap(read("header", 4 * dimensions)).asIntBuffer();
    var shape = new int[dimensions];
    sizes.get(shape);
    return shape;
  }

  byte[] read(String what, int length) {
    if (length < 0) {
      throw Problem.unprocessable(
          "%s: %s: %d bytes (expected: >= 0)".formatted(blob.name(), what, length));
    }
    try {
      var bytes = input.readNBytes(length);
      if (bytes.length < length) {
        throw Problem.unprocessable(
            "%s: truncated: ends after %d bytes, within %s (expected: a whole file)"
                .formatted(blob.name(), input.position(), what));
      }
      return bytes;
    } catch (IOException impossible) {
      throw new IllegalStateException("UnpackedInput throws problems only", impossible);
    }
  }

  /// Checks that nothing follows.
  void end() {
    if (input.read() >= 0) {
      throw Problem.unprocessable(
          "%s: longer than its header says (expected: %d bytes)"
              .formatted(blob.name(), input.position() - 1));
    }
  }

  static String describe(int[] shape) {
    return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
  }
}
