package dev.athanor.learning.batch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.athanor.learning.engine.Tensors;
import dev.athanor.learning.safetensors.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Brings tokens to the device.
final class TokenInput {

  private TokenInput() {}

  static Tokens load(TokenBatch batch, NDManager scratch) {
    var shape = List.of((long) batch.sequences(), (long) batch.length());
    var ids = Tensors.copyOf(Tensor.longs(shape, wide(batch.ids())), scratch);
    var labels = batch.labels();
    return new Tokens(
        ids,
        hidden(batch.targets(), scratch),
        labels == null ? null : row(Arrays.stream(labels).asLongStream(), scratch));
  }

  private static Tokens.@Nullable Hidden hidden(int @Nullable [] targets, NDManager scratch) {
    if (targets == null) {
      return null;
    }
    var rows = IntStream.range(0, targets.length).filter(i -> targets[i] >= 0).toArray();
    if (rows.length == 0) {
      return null;
    }
    return new Tokens.Hidden(
        row(Arrays.stream(rows).asLongStream(), scratch),
        row(Arrays.stream(rows).mapToLong(i -> targets[i]), scratch));
  }

  private static NDArray row(LongStream values, NDManager scratch) {
    var row = values.toArray();
    return Tensors.copyOf(Tensor.longs(List.of((long) row.length), row), scratch);
  }

  private static long[] wide(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
