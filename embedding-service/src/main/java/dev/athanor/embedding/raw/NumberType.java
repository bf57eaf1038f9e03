package dev.athanor.embedding.raw;

import dev.athanor.platform.error.Problem;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// How numbers are written in the binary forms, little-endian.
public enum NumberType {
  FLOAT32("<f4", Float.BYTES) {
    @Override
    void put(ByteBuffer into, float value) {
      into.putFloat(value);
    }
  },
  /// Half the bytes, 11 significant bits; rounded to the nearest, beyond ±65504 infinite.
  FLOAT16("<f2", Short.BYTES) {
    @Override
    void put(ByteBuffer into, float value) {
      into.putShort(Float.floatToFloat16(value));
    }
  };

  private final String numpy;
  private final int bytes;

  NumberType(String numpy, int bytes) {
    this.numpy = numpy;
    this.bytes = bytes;
  }

  abstract void put(ByteBuffer into, float value);

  int bytes() {
    return bytes;
  }

  /// As NumPy's file format names it.
  String numpy() {
    return numpy;
  }

  static NumberType parse(@Nullable String sent) {
    return switch (sent == null ? "float32" : sent) {
      case "float32" -> FLOAT32;
      case "float16" -> FLOAT16;
      case String other ->
          throw Problem.badRequest(
              "dtype: %s (expected: float32 or float16)".formatted(Problem.quote(other)));
    };
  }
}
