package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.engine.SequenceKernels;
import dev.athanor.learning.layer.Parameter;
import java.util.List;

/// Language modelling, with a transformer as in Radford et al. 2018,
/// https://cdn.openai.com/research-covers/language-unsupervised/language_understanding_paper.pdf,
/// equation 1: every token is predicted from those before it, L = -mean log p(token t + 1 | tokens
/// 1 … t).
///
/// A batch's sequences of T tokens are read up to the last but one and predicted from the second
/// on, so a model with a context of C tokens wants T = C + 1.
public record CausalLanguageModel() implements Objective {

  @Override
  public int views() {
    return 1;
  }

  @Override
  public void check(Batch batch) {
    if (batch instanceof TokenBatch tokens && tokens.length() < 2) {
      throw new IllegalArgumentException("length: 1 (expected: >= 2, a token and the next)");
    }
  }

  /// Of the output map, unless it is the encoder's table.
  @Override
  public List<Parameter> parameters(Encoder encoder) {
    return transformer(encoder).head().parameters();
  }

  /// Scores of the next token, (N × (T - 1), V).
  @Override
  public NDArray outputs(Pass pass) {
    var transformer = transformer(pass.encoder());
    var read = SequenceKernels.allButLast(TextEncoder.ids(pass.input())); // (N, T - 1)
    return SequenceKernels.flat(pass.run(transformer.languageModel(), read));
  }

  @Override
  public NDArray loss(Pass pass) {
    return loss(outputs(pass), TextEncoder.ids(pass.input()));
  }

  /// The mean over all tokens that have one before them, (), in nats.
  ///
  /// @param logits (N × (T - 1), V)
  /// @param ids (N, T), int64, below 0 where there is no token
  NDArray loss(NDArray logits, NDArray ids) {
    return CrossEntropy.meanOfKnown(logits, SequenceKernels.allButFirst(ids).flatten());
  }

  private static CausalTransformer transformer(Encoder encoder) {
    if (encoder instanceof CausalTransformer transformer) {
      return transformer;
    }
    throw new IllegalArgumentException(
        "encoder: %s (expected: a causal transformer)".formatted(encoder));
  }
}
