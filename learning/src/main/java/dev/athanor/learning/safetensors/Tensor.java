package dev.athanor.learning.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/// A tensor outside any engine: element type, shape, and the elements in row-major order,
/// little-endian.
///
/// The buffer is read-only from the outside: [#data] hands out a fresh view that starts at its
/// first element.
public record Tensor(Type type, List<Long> shape, ByteBuffer data) {

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
    return switch (type) {
      case F32 -> this;
      case F16 -> floats(shape, halves(Float::float16ToFloat));
      case BF16 -> floats(shape, halves(half -> Float.intBitsToFloat(half << 16)));
      case I64 -> throw new IllegalStateException("type: I64 (expected: floats)");
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

  private float[] halves(HalfReader reader) {
    var halves = data().asShortBuffer();
    var values = new float[elements()];
    for (var i = 0; i < values.length; i++) {
      values[i] = reader.read(halves.get(i));
    }
    return values;
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
