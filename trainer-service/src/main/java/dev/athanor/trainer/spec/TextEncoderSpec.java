package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.TextEncoder;

/// An encoder of token ids.
public sealed interface TextEncoderSpec extends EncoderSpec
    permits MaskedTransformerSpec, CausalTransformerSpec {

  /// The longest sequence where the caller names none, in tokens.
  int usualContext();

  /// @throws IllegalArgumentException naming `vocabulary` or `context`
  TextEncoder text(int vocabulary, int context);

  @Override
  default Medium medium() {
    return Medium.TEXTS;
  }

  @Override
  default Encoder network(RunInput input) {
    return text(input.tokens().vocabulary(), input.tokens().context());
  }
}
