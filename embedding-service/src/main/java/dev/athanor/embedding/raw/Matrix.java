package dev.athanor.embedding.raw;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Vectors as bytes.
public final class Matrix {
  /// `\x93NUMPY`, version 1.0, and two bytes for the header's length.
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  private static final int ALIGNMENT = 64;

  private Matrix() {}

  /// The rows one after the other, little-endian.
  ///
  /// @param rows (N, D)
  static byte[] bytes(float[][] rows, NumberType type) {
    return write(rows, type, new byte[0]);
  }

  /// The rows as a `.npy` file (NumPy's format description, version 1.0): C order, shape (N, D).
  public static byte[] npy(float[][] rows, NumberType type) {
    var description =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(type.numpy(), rows.length, rows[0].length);
    int unpadded = MAGIC.length + Short.BYTES + description.length() + 1;
    int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
    var header = (description + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    var head =
        ByteBuffer.allocate(MAGIC.length + Short.BYTES + header.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(MAGIC)
            .putShort((short) header.length)
            .put(header);
    return write(rows, type, head.array());
  }

  private static byte[] write(float[][] rows, NumberType type, byte[] head) {
    var bytes =
        ByteBuffer.allocate(head.length + rows.length * rows[0].length * type.bytes())
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(head);
    for (var row : rows) {
      for (float value : row) {
        type.put(bytes, value);
      }
    }
    return bytes.array();
  }
}
