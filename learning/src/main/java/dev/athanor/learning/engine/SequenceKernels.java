package dev.athanor.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.athanor.learning.safetensors.Tensor;
import java.util.List;

/// Operations on token ids `(N, T)` and sequences `(N, T, width)`. A result belongs to the manager
/// of the first argument; what is made on the way is let go.
public final class SequenceKernels {
  private static final Script CAUSAL =
      new Script(
          "q: Tensor, k: Tensor, v: Tensor",
          "return torch.scaled_dot_product_attention(q, k, v, None, 0., True)");
  private static final Script SWI_GLU =
      new Script("gate: Tensor, up: Tensor", "return torch.mul(torch.silu(gate), up)");

  /// Written so that it and its derivative take few passes over x.
  private static final Script RMS_NORM =
      new Script(
          "x: Tensor, scale: Tensor, epsilon: Tensor",
          """
          squares = torch.square(torch.norm(x, 2, [-1], True))
          mean = torch.div(squares, torch.size(x, -1))
          unit = torch.mul(x, torch.rsqrt(torch.add(mean, epsilon)))
          return torch.mul(unit, scale)
          """);

  private static final Script ROTATE =
      new Script(
          "x: Tensor, cosine: Tensor, sine: Tensor",
          """
          halves = torch.chunk(x, 2, -1)
          first, second, = halves
          left = torch.sub(torch.mul(first, cosine), torch.mul(second, sine))
          right = torch.add(torch.mul(second, cosine), torch.mul(first, sine))
          return torch.cat([left, right], -1)
          """);

  private SequenceKernels() {}

  /// (N, T) int64, (V, d) → (N, T, d); ids below 0 read row 0.
  public static NDArray rows(NDArray ids, NDArray table) {
    try (var valid = ids.maximum(0)) {
      return JniUtils.embedding((PtNDArray) valid, (PtNDArray) table, false);
    }
  }

  /// (N, T, d), (context, d) → (N, T, d).
  public static NDArray addPositions(NDArray x, NDArray table) {
    var length = x.getShape().get(1);
    if (length > table.getShape().get(0)) {
      throw new IllegalArgumentException(
          "tokens: %d a sequence (expected: <= %d)".formatted(length, table.getShape().get(0)));
    }
    try (var rows = slice(table, 0, 0, length)) {
      return x.add(rows);
    }
  }

  /// (…, d), (d), (d) → (…, d).
  public static NDArray layerNorm(NDArray x, NDArray scale, NDArray shift, double epsilon) {
    return JniUtils.layerNorm(
        (PtNDArray) x, scale.getShape(), (PtNDArray) scale, (PtNDArray) shift, epsilon);
  }

  /// x / √(mean(x²) + ε) × scale: (…, d), (d) → (…, d).
  public static NDArray rmsNorm(NDArray x, NDArray scale, double epsilon) {
    try (var number = x.getManager().full(new Shape(), (float) epsilon)) {
      return RMS_NORM.run(x, scale, number);
    }
  }

  /// Cosines and then sines of position × frequency: (N, T), (h / 2) → (T, h).
  public static NDArray rotaryTable(NDArray ids, float[] frequencies) {
    var manager = ids.getManager();
    var length = Math.toIntExact(ids.getShape().get(1));
    var half = Tensor.floats(List.of(1L, (long) frequencies.length), frequencies);
    try (var positions = manager.arange(0, length, 1, DataType.FLOAT32);
        var column = positions.expandDims(1); // (T, 1)
        var row = Tensors.copyOf(half, manager); // (1, h / 2)
        var angles = column.mul(row); // (T, h / 2)
        var cosines = angles.cos();
        var sines = angles.sin()) {
      return cosines.concat(sines, 1);
    }
  }

  /// Turns component i with component i + h / 2 of every head: (N, T, heads × h), (T, h) → (N, T,
  /// heads × h).
  public static NDArray rotate(NDArray x, NDArray table, int heads) {
    var shape = x.getShape();
    var length = shape.get(1);
    var size = shape.get(2) / heads;
    var half = size / 2;
    try (var split = x.reshape(shape.get(0), length, heads, size); // (N, T, heads, h)
        var perHead = table.reshape(length, 1, size); // (T, 1, h)
        var cosine = slice(perHead, 2, 0, half);
        var sine = slice(perHead, 2, half, size);
        var turned = ROTATE.run(split, cosine, sine)) { // (N, T, heads, h)
      return turned.reshape(shape);
    }
  }

  /// (N, T) → (N, 1, 1, T): `never` where an id is `padding`, else 0.
  public static NDArray paddingMask(NDArray ids, long padding, float never) {
    var shape = ids.getShape();
    try (var missing = ids.eq(padding);
        var floats = missing.toType(DataType.FLOAT32, true)) {
      return Scalars.times(floats, never).reshape(shape.get(0), 1, 1, shape.get(1));
    }
  }

  /// softmax(q·kᵀ / √h + mask)·v: (N, T, n × h), twice (N, T, m × h), a mask that broadcasts to (N,
  /// n, T, T) → (N, T, n × h). Each of the m heads of keys and values serves n / m neighbouring
  /// heads of queries.
  public static NDArray attention(
      NDArray queries, NDArray keys, NDArray values, NDArray mask, int heads, int keyValueHeads) {
    var shape = queries.getShape();
    var size = shape.get(2) / heads;
    var share = heads / keyValueHeads;
    try (var scaled = Scalars.times(queries, 1 / Math.sqrt(size));
        var q = heads(scaled, heads, 1); // (N, n, T, h)
        var k = heads(keys, keyValueHeads, share); // (N, n, T, h)
        var kt = k.swapAxes(2, 3); // (N, n, h, T)
        var v = heads(values, keyValueHeads, share);
        var scores = q.matMul(kt); // (N, n, T, T)
        var masked = scores.addi(mask);
        var weights = masked.softmax(3);
        var mixed = weights.matMul(v); // (N, n, T, h)
        var beside = mixed.transpose(0, 2, 1, 3)) { // (N, T, n, h)
      return beside.reshape(shape);
    }
  }

  /// Likewise, of each token to itself and those before it. Scores are made block by block and
  /// never held as a whole (Dao et al. 2022, https://arxiv.org/abs/2205.14135).
  public static NDArray causalAttention(
      NDArray queries, NDArray keys, NDArray values, int heads, int keyValueHeads) {
    var share = heads / keyValueHeads;
    try (var q = heads(queries, heads, 1); // (N, n, T, h)
        var k = heads(keys, keyValueHeads, share);
        var v = heads(values, keyValueHeads, share);
        var mixed = CAUSAL.run(q, k, v); // (N, n, T, h)
        var beside = mixed.transpose(0, 2, 1, 3)) { // (N, T, n, h)
      return beside.reshape(queries.getShape());
    }
  }

  public static NDArray gelu(NDArray x) {
    return JniUtils.gelu((PtNDArray) x);
  }

  /// gate × σ(gate) × up, of one shape.
  public static NDArray swiGlu(NDArray gate, NDArray up) {
    return SWI_GLU.run(gate, up);
  }

  /// The mean over the tokens that are no `padding`: (N, T, d), (N, T) → (N, d). A sequence without
  /// tokens gives zeros.
  public static NDArray meanOfTokens(NDArray x, NDArray ids, long padding) {
    try (var present = ids.neq(padding);
        var ones = present.toType(DataType.FLOAT32, true); // (N, T)
        var column = ones.expandDims(2); // (N, T, 1)
        var counts = ones.sum(new int[] {1}, true); // (N, 1)
        var atLeastOne = counts.maximum(1);
        var kept = x.mul(column);
        var sum = kept.sum(new int[] {1})) { // (N, d)
      return sum.div(atLeastOne);
    }
  }

  /// (N, T) → (N, T - 1): the tokens that have one behind them.
  public static NDArray allButLast(NDArray ids) {
    return slice(ids, 1, 0, ids.getShape().get(1) - 1);
  }

  /// (N, T) → (N, T - 1): the tokens that have one before them.
  public static NDArray allButFirst(NDArray ids) {
    return slice(ids, 1, 1, ids.getShape().get(1));
  }

  /// The rows of `x` (R, d) with these numbers, int64 (M) → (M, d).
  public static NDArray pick(NDArray x, NDArray rows) {
    return JniUtils.embedding((PtNDArray) rows, (PtNDArray) x, false);
  }

  /// (N, T, d) → (N × T, d).
  public static NDArray flat(NDArray x) {
    return x.reshape(new Shape(-1, x.getShape().get(2)));
  }

  /// (N, T, m × h) → (N, m × share, T, h), every head `share` times in a row.
  private static NDArray heads(NDArray x, int heads, int share) {
    var shape = x.getShape();
    try (var split = x.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)) {
      var first = split.transpose(0, 2, 1, 3);
      if (share == 1) {
        return first;
      }
      try (first) {
        return JniUtils.repeat((PtNDArray) first, share, 1);
      }
    }
  }

  private static NDArray slice(NDArray x, int axis, long from, long to) {
    return JniUtils.slice((PtNDArray) x, axis, from, to, 1);
  }
}
