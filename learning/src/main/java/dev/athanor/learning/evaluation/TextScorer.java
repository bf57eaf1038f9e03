package dev.athanor.learning.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.engine.Tensors;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.List;
import java.util.Map;

/// Predicts every token of a text but the first, each exactly once, from those before it in a
/// window of the model's context: windows start `stride` tokens apart, and a token that several
/// windows hold is scored in the first of them. So a token sees at least context - stride others,
/// but for the text's start; a stride as long as the context is fastest, a short one fairest.
///
/// The text comes token by token, and no more of it is held than the windows of one forward pass,
/// so it may be of any length. For one thread; owns native memory until it is closed.
public final class TextScorer implements AutoCloseable {

  private static final long LARGEST_LOGITS = 1 << 24; // elements at a time: 64 MiB

  private final CausalTransformer transformer;
  private final int stride;
  private final Runnable guard;
  private final NDManager manager;
  private final Forward forward;

  /// Windows that are computed together.
  private final int together;

  /// The text from the first window that is not done; the first `held` count.
  private final int[] ids;

  private int held;
  private int scored; // of `ids`, targets 0 … scored - 1 are done; target t is token t + 1
  private long read;
  private double nats;

  /// @param weights of transformer and output map
  /// @param guard called before each forward pass, in which nothing else stops the work; throws
  ///   where it makes no sense any more
  public TextScorer(
      CausalTransformer transformer, Map<String, Tensor> weights, int stride, Runnable guard) {
    var context = transformer.context();
    if (stride < 1 || stride > context) {
      throw new IllegalArgumentException(
          "stride: %d (expected: from 1 to %d)".formatted(stride, context));
    }
    this.transformer = transformer;
    this.stride = stride;
    this.guard = guard;
    this.together = Math.clamp(LARGEST_LOGITS / context / transformer.vocabulary(), 1, 64);
    this.ids = new int[(together - 1) * stride + context + 1];
    this.manager = Torch.newManager();
    try {
      var network = transformer.languageModel();
      this.forward =
          new Forward(network, Weights.withoutGradient(network.parameters(), weights, manager));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /// Goes on in the text. Its first token is only read, so it is the one that texts begin with, or
  /// its bytes are none of the text's.
  public void read(int id) {
    if (id < 0 || id >= transformer.vocabulary()) {
      throw new IllegalArgumentException(
          "ids: %d (expected: from 0 to %d)".formatted(id, transformer.vocabulary() - 1));
    }
    ids[held++] = id;
    read++;
    if (held == ids.length) {
      score(together, transformer.context());
    }
  }

  /// Tokens that were read and are predicted: all but the first.
  public long predicted() {
    return Math.max(0, read - 1);
  }

  /// Scores what is left. The text has ended.
  ///
  /// @param bytes of UTF-8 that the [predicted][#predicted] tokens stand for
  public HeldOutText finish(long bytes) {
    if (read < 2) {
      throw new IllegalArgumentException("ids: %d (expected: >= 2)".formatted(read));
    }
    var context = transformer.context();
    while (scored < held - 1) {
      // All windows of a group are whole; the text's end makes a group of its own.
      var targets = held - 1;
      var whole = context <= targets ? (targets - context) / stride + 1 : 0;
      score(Math.clamp(whole, 1, together), Math.min(context, targets));
    }
    return new HeldOutText(nats, predicted(), bytes);
  }

  /// Scores the first `rows` windows that are held, of `length` targets each, and lets them go.
  private void score(int rows, int length) {
    guard.run();
    var found = Torch.withoutGradient(() -> logLikelihood(rows, length));
    for (var row = 0; row < rows; row++) {
      var start = row * stride;
      for (; scored < start + length; scored++) {
        nats -= found[row * length + scored - start];
      }
    }
    var done = Math.min(rows * stride, held);
    held -= done;
    scored -= done;
    System.arraycopy(ids, done, ids, 0, held);
  }

  /// log p of the tokens behind each of `length` read ones, (rows × length).
  private float[] logLikelihood(int rows, int length) {
    var read = new long[rows * length];
    var next = new long[rows * length];
    for (var i = 0; i < read.length; i++) {
      var at = i / length * stride + i % length;
      read[i] = ids[at];
      next[i] = ids[at + 1];
    }
    try (var scratch = manager.newSubManager()) {
      var logits = forward.run(tensor(read, rows, length, scratch), false); // (rows, length, V)
      var targets = tensor(next, rows, length, scratch).expandDims(2); // (rows, length, 1)
      return logits.logSoftmax(2).gather(targets, 2).toFloatArray();
    }
  }

  private static NDArray tensor(long[] values, long rows, long length, NDManager scratch) {
    return Tensors.copyOf(Tensor.longs(List.of(rows, length), values), scratch);
  }

  /// Frees all native memory. Closing twice does no harm.
  @Override
  public void close() {
    manager.close();
  }
}
