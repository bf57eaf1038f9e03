package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.batch.Tokens;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.MaskedTransformer;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.engine.SequenceKernels;
import dev.athanor.learning.layer.Parameter;
import java.util.Arrays;
import java.util.List;

/// Masked language modelling, Devlin et al. 2018, https://arxiv.org/abs/1810.04805, section 3.1,
/// task 1: some tokens are hidden, and the network says which they were from those on both sides.
/// Only the hidden ones count. Which are hidden, and behind what, is a view's business.
public record MaskedLanguageModel() implements Objective {

  @Override
  public int views() {
    return 1;
  }

  @Override
  public void check(Batch batch) {
    if (batch instanceof TokenBatch tokens && tokens.targets() == null) {
      throw new IllegalArgumentException("targets: none (expected: a view that hides tokens)");
    }
  }

  /// Each token is hidden by chance, so among few there may be none.
  @Override
  public boolean learnsFrom(Batch batch) {
    return batch instanceof TokenBatch tokens
        && tokens.targets() != null
        && Arrays.stream(tokens.targets()).anyMatch(target -> target >= 0);
  }

  @Override
  public List<Parameter> parameters(Encoder encoder) {
    return transformer(encoder).head().parameters();
  }

  /// Scores of what was hidden, (M, V). The head, whose last map is as wide as the vocabulary, runs
  /// on the hidden positions alone.
  @Override
  public NDArray outputs(Pass pass) {
    var transformer = transformer(pass.encoder());
    var states = pass.run(transformer.hidden(), TextEncoder.ids(pass.input())); // (N, T, D)
    var flat = SequenceKernels.flat(states); // (N × T, D)
    var hidden = SequenceKernels.pick(flat, hidden(pass).rows()); // (M, D)
    return pass.run(transformer.head(), hidden);
  }

  @Override
  public NDArray loss(Pass pass) {
    return loss(outputs(pass), hidden(pass).targets());
  }

  /// The mean over the hidden tokens, (), in nats.
  ///
  /// @param logits (M, V)
  /// @param targets (M), int64: the tokens that stood there
  NDArray loss(NDArray logits, NDArray targets) {
    return CrossEntropy.mean(logits, targets);
  }

  private static Tokens.Hidden hidden(Pass pass) {
    if (pass.input() instanceof Tokens tokens && tokens.hidden() != null) {
      return tokens.hidden();
    }
    throw new IllegalArgumentException("targets: none (expected: at least one hidden token)");
  }

  private static MaskedTransformer transformer(Encoder encoder) {
    if (encoder instanceof MaskedTransformer transformer) {
      return transformer;
    }
    throw new IllegalArgumentException(
        "encoder: %s (expected: a masked transformer)".formatted(encoder));
  }
}
