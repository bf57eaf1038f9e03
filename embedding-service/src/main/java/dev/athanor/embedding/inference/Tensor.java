package dev.athanor.embedding.inference;

import java.util.List;

/// A tensor as a client sent it.
///
/// @param shape as said, not yet compared with the content
record Tensor(String name, String datatype, List<Long> shape, Content content) {
  static final String FP32 = "FP32";
  static final String INT64 = "INT64";
  static final String BYTES = "BYTES";

  /// Row-major elements.
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  sealed interface Content {
    int size();

    record Floats(float[] values) implements Content {
      @Override
      public int size() {
        return values.length;
      }
    }

    record Longs(long[] values) implements Content {
      @Override
      public int size() {
        return values.length;
      }
    }

    /// BYTES as JSON has them: texts, or base64 of files, as the input's name says.
    record Strings(List<String> values) implements Content {
      @Override
      public int size() {
        return values.size();
      }
    }

    record Files(List<byte[]> values) implements Content {
      @Override
      public int size() {
        return values.size();
      }
    }
  }
}
