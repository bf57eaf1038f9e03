package dev.athanor.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.athanor.learning.safetensors.Tensor;
import java.lang.foreign.Arena;
import java.util.Arrays;

/// Between tensors of the engine and tensors outside it.
public final class Tensors {

  private Tensors() {}

  /// A copy of `array` outside the engine, in row-major order whatever its layout.
  public static Tensor copyOf(NDArray array) {
    var shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
    return new Tensor(type(array.getDataType()), shape, array.toByteBuffer());
  }

  /// A copy of `tensor` whose memory belongs to the engine, on the device of `manager`.
  public static NDArray copyOf(Tensor tensor, NDManager manager) {
    var shape = new Shape(tensor.shape().stream().mapToLong(Long::longValue).toArray());
    // create() only looks at the bytes, so it is the duplicate that outlives them; and they go at
    // once, where a
    // direct buffer would wait for the garbage collector.
    try (var arena = Arena.ofConfined()) {
      var bytes = arena.allocate(Math.max(1, tensor.data().remaining())).asByteBuffer();
      bytes.limit(tensor.data().remaining()).put(tensor.data()).flip();
      try (var view = manager.create(bytes, shape, type(tensor.type()))) {
        return view.duplicate();
      }
    }
  }

  private static Tensor.Type type(DataType type) {
    return switch (type) {
      case FLOAT32 -> Tensor.Type.F32;
      case INT64 -> Tensor.Type.I64;
      default ->
          throw new IllegalArgumentException(
              "type: %s (expected: float32 or int64)".formatted(type));
    };
  }

  private static DataType type(Tensor.Type type) {
    return switch (type) {
      case F32 -> DataType.FLOAT32;
      case I64 -> DataType.INT64;
      case F16, BF16 ->
          throw new IllegalArgumentException(
              "type: %s (expected: F32 or I64; widen it)".formatted(type));
    };
  }
}
