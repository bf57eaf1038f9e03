package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.MaskedTransformer;

/// `masked-transformer`.
///
/// @param width of the residual stream, and of the embedding
/// @param heads each width / heads wide
/// @param feedForward width between the feed-forward maps
public record MaskedTransformerSpec(int layers, int width, int heads, int feedForward)
    implements TextEncoderSpec {
  private static final int USUAL_CONTEXT = 128;
  private static final int ANY_VOCABULARY = 256;

  public MaskedTransformerSpec {
    new MaskedTransformer(layers, width, heads, feedForward, ANY_VOCABULARY, USUAL_CONTEXT);
  }

  @Override
  public String kind() {
    return "masked-transformer";
  }

  /// Devlin et al. 2018, appendix A.2: nine steps in ten were of sequences of 128.
  @Override
  public int usualContext() {
    return USUAL_CONTEXT;
  }

  @Override
  public MaskedTransformer text(int vocabulary, int context) {
    return new MaskedTransformer(layers, width, heads, feedForward, vocabulary, context);
  }
}
