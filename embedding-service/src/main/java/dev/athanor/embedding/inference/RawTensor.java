package dev.athanor.embedding.inference;

import dev.athanor.platform.error.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;

/// The binary form of tensors: little-endian; before each element of BYTES its length, 4 bytes.
final class RawTensor {
  private RawTensor() {}

  /// @param field how messages name the tensor
  static Tensor.Content read(String field, String datatype, ByteBuffer bytes) {
    var ordered = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    return switch (datatype) {
      case Tensor.FP32 -> floats(field, ordered);
      case Tensor.INT64 -> longs(field, ordered);
      case Tensor.BYTES -> files(field, ordered);
      default -> throw unknown(field, datatype);
    };
  }

  static Problem unknown(String field, String datatype) {
    return Problem.badRequest(
        "%s.datatype: %s (expected: FP32, INT64 or BYTES)"
            .formatted(field, Problem.quote(datatype)));
  }

  private static Tensor.Content floats(String field, ByteBuffer bytes) {
    if (bytes.remaining() % Float.BYTES != 0) {
      throw Problem.badRequest(
          "%s: %d bytes (expected: a multiple of 4)".formatted(field, bytes.remaining()));
    }
    var values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return new Tensor.Content.Floats(values);
  }

  private static Tensor.Content longs(String field, ByteBuffer bytes) {
    if (bytes.remaining() % Long.BYTES != 0) {
      throw Problem.badRequest(
          "%s: %d bytes (expected: a multiple of 8)".formatted(field, bytes.remaining()));
    }
    var values = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(values);
    return new Tensor.Content.Longs(values);
  }

  private static Tensor.Content files(String field, ByteBuffer bytes) {
    var files = new ArrayList<byte[]>();
    while (bytes.hasRemaining()) {
      int left = bytes.remaining() - Integer.BYTES;
      int length = left < 0 ? -1 : bytes.getInt();
      if (length < 0 || length > left) {
        throw Problem.badRequest(
            "%s: element %d says %s bytes (expected: 4 bytes of length, then so many; %d are left)"
                .formatted(
                    field, files.size(), Integer.toUnsignedString(length), Math.max(0, left)));
      }
      var file = new byte[length];
      bytes.get(file);
      files.add(file);
    }
    return new Tensor.Content.Files(files);
  }

  /// (N, D) as FP32.
  static byte[] write(float[][] rows) {
    var bytes =
        ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (var row : rows) {
      bytes.asFloatBuffer().put(row);
      bytes.position(bytes.position() + row.length * Float.BYTES);
    }
    return bytes.array();
  }
}
