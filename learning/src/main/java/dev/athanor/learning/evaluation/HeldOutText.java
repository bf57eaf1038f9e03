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

/// How well a causal language model predicts a text that it was not trained on.
///
/// @param nats -log p of all predicted tokens together
/// @param tokens predicted
/// @param bytes of UTF-8 that those tokens stand for
public record HeldOutText(double nats, long tokens, long bytes) {

  private static final long LARGEST_LOGITS = 1 << 24; // elements at a time: 64 MiB

  public HeldOutText {
    if (tokens < 1) {
      throw new IllegalArgumentException("tokens: %d (expected: > 0)".formatted(tokens));
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: %d (expected: > 0)".formatted(bytes));
    }
  }

  /// exp of the mean over tokens: only models with one tokenizer can be compared by it.
  public double perplexity() {
    return Math.exp(nats / tokens);
  }

  /// Independent of the tokenizer: all that was unexpected, in bits, over the text's own length.
  public double bitsPerByte() {
    return nats / Math.log(2) / bytes;
  }

  /// Predicts every token but the first, each exactly once, from those before it in a window of the
  /// model's context: windows start `stride` tokens apart, and a token that several windows hold is
  /// scored in the first of them. So a token sees at least context - stride others, but for the
  /// text's start; a stride as long as the context is fastest, a short one fairest.
  ///
  /// @param weights of transformer and output map
  /// @param ids the text; the first one is only read, so it is the token that texts begin with, or
  ///   its bytes are not in `bytes`
  /// @param bytes that `ids` without the first stand for
  public static HeldOutText score(
      CausalTransformer transformer,
      Map<String, Tensor> weights,
      int[] ids,
      long bytes,
      int stride) {
    var context = transformer.context();
    if (ids.length < 2) {
      throw new IllegalArgumentException("ids: %d (expected: >= 2)".formatted(ids.length));
    }
    if (stride < 1 || stride > context) {
      throw new IllegalArgumentException(
          "stride: %d (expected: from 1 to %d)".formatted(stride, context));
    }
    for (var id : ids) {
      if (id < 0 || id >= transformer.vocabulary()) {
        throw new IllegalArgumentException(
            "ids: %d (expected: from 0 to %d)".formatted(id, transformer.vocabulary() - 1));
      }
    }
    return Torch.withoutGradient(
        () -> {
          try (var manager = Torch.newManager()) {
            var network = transformer.languageModel();
            var held = Weights.withoutGradient(network.parameters(), weights, manager);
            var windows =
                new Windows(new Forward(network, held), transformer.vocabulary(), ids, manager);
            return new HeldOutText(windows.nats(context, stride), ids.length - 1L, bytes);
          }
        });
  }

  /// A text in overlapping pieces.
  private record Windows(Forward forward, int vocabulary, int[] ids, NDManager manager) {

    double nats(int context, int stride) {
      var together = Math.clamp(LARGEST_LOGITS / context / vocabulary, 1, 64);
      var targets = ids.length - 1;
      var nats = 0.0;
      var start = 0;
      var scored = 0; // targets 0 … scored - 1 are done; target t is token t + 1
      while (scored < targets) {
        // All windows of a group are whole; the text's end makes a group of its own.
        var whole = start + context <= targets ? (targets - start - context) / stride + 1 : 0;
        var rows = Math.clamp(whole, 1, together);
        var length = Math.min(context, targets - start);
        var found = logLikelihood(start, stride, rows, length);
        for (var row = 0; row < rows; row++, start += stride) {
          for (; scored < start + length; scored++) {
            nats -= found[row * length + scored - start];
          }
        }
      }
      return nats;
    }

    /// log p of the tokens behind each of `length` read ones, (rows × length).
    private float[] logLikelihood(int start, int stride, int rows, int length) {
      var read = new long[rows * length];
      var next = new long[rows * length];
      for (var i = 0; i < read.length; i++) {
        var at = start + i / length * stride + i % length;
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
  }
}
