package dev.athanor.learning.safetensors;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.Map;

/// A tensor outside any engine: element type, shape, and the elements in row-major order,
/// little-endian.
///
/// The buffer is read-only from the outside: [#data] hands out a fresh view that starts at its
/// first element.
public record Tensor(Type type, List<Long> shape, ByteBuffer data) {
  /// The most that one can have: those of a Java array.
  public static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private static final int PIECE_BYTES = 64 << 10;

  /// Element types by the name that the safetensors format gives them.
  public enum Type {
    /// 16-bit IEEE 754 float.
    F16(2),
    /// The upper half of an F32.
    BF16(2),
    /// 32-bit IEEE 754 float.
    F32(4),
    /// 64-bit signed integer.
    I64(8);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /// Bytes of one element.
    public int bytes() {
      return bytes;
    }
  }

  public Tensor {
    shape = List.copyOf(shape);
    var expected = bytes(type, shape);
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          "data: %d bytes (expected: %d for %s %s)"
              .formatted(data.remaining(), expected, type, shape));
    }
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  public static Tensor floats(List<Long> shape, float... values) {
    var data = ByteBuffer.allocate(Math.multiplyExact(values.length, Type.F32.bytes));
    data.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return new Tensor(Type.F32, shape, data);
  }

  public static Tensor longs(List<Long> shape, long... values) {
    var data = ByteBuffer.allocate(Math.multiplyExact(values.length, Type.I64.bytes));
    data.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return new Tensor(Type.I64, shape, data);
  }

  /// The tensor of this name.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Tensor named(String name, Map<String, Tensor> tensors) {
    var tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("tensor %s: missing".formatted(name));
    }
    return tensor;
  }

  /// The tensor of this name, which must have this shape.
  ///
  /// @throws IllegalArgumentException if there is none, or one of another shape
  public static Tensor named(String name, List<Long> shape, Map<String, Tensor> tensors) {
    var tensor = named(name, tensors);
    if (!tensor.shape.equals(shape)) {
      throw new IllegalArgumentException(
          "tensor %s: shape %s (expected: %s)".formatted(name, tensor.shape, shape));
    }
    return tensor;
  }

  @Override
  public ByteBuffer data() {
    return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The elements of an F32 tensor, copied.
  public float[] floats() {
    require(Type.F32);
    var values = new float[elements()];
    data().asFloatBuffer().get(values);
    return values;
  }

  /// The elements of an I64 tensor, copied.
  public long[] longs() {
    require(Type.I64);
    var values = new long[elements()];
    data().asLongBuffer().get(values);
    return values;
  }

  /// The same numbers as F32, which holds every F16 and BF16 exactly.
  public Tensor widened() {
    if (type == Type.F32) {
      return this;
    }
    var wide = ByteBuffer.allocate(Math.multiplyExact(elements(), Type.F32.bytes));
    wide.order(ByteOrder.LITTLE_ENDIAN);
    widen(data().asShortBuffer(), reader(), wide);
    return new Tensor(Type.F32, shape, wide.flip());
  }

  /// Writes the numbers of [#widened], a few kilobytes at a time.
  public void writeWidened(OutputStream out) throws IOException {
    var halves = data().asShortBuffer();
    var piece = ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (halves.hasRemaining()) {
      widen(halves, reader(), piece.clear());
      out.write(piece.array(), 0, piece.position());
    }
  }

  /// As many as there are and as there is room for.
  private static void widen(ShortBuffer halves, HalfReader reader, ByteBuffer wide) {
    while (halves.hasRemaining() && wide.hasRemaining()) {
      wide.putFloat(reader.read(halves.get()));
    }
  }

  private HalfReader reader() {
    return switch (type) {
      case F16 -> Float::float16ToFloat;
      case BF16 -> half -> Float.intBitsToFloat(half << 16);
      case F32, I64 ->
          throw new IllegalStateException("type: %s (expected: F16 or BF16)".formatted(type));
    };
  }

  public int elements() {
    return data.capacity() / type.bytes;
  }

  /// Bytes that `shape` elements of `type` take; a negative dimension or more than 2^63 bytes is
  /// refused.
  static long bytes(Type type, List<Long> shape) {
    var bytes = (long) type.bytes;
    for (var dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "shape: %s (expected: no negative dimension)".formatted(shape));
      }
      bytes = Math.multiplyExact(bytes, dimension);
    }
    return bytes;
  }

  private interface HalfReader {
    float read(short half);
  }

  private void require(Type wanted) {
    if (type != wanted) {
      throw new IllegalStateException("type: %s (expected: %s)".formatted(type, wanted));
    }
  }
}
