package dev.athanor.trainer.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.athanor.learning.encoder.Encoder;

/// The network that is kept: `kind` says which of these records the other fields are. Their
/// defaults stand under the kind's name in `defaults.yml`.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ResNetSpec.class, name = "resnet"),
  @JsonSubTypes.Type(value = ConvNetSpec.class, name = "convnet"),
  @JsonSubTypes.Type(value = LatentMeanSpec.class, name = "latent-mean"),
  @JsonSubTypes.Type(value = MaskedTransformerSpec.class, name = "masked-transformer"),
  @JsonSubTypes.Type(value = CausalTransformerSpec.class, name = "causal-transformer")
})
public sealed interface EncoderSpec permits ImageEncoderSpec, TextEncoderSpec {

  String kind();

  /// What it reads.
  Medium medium();

  /// @throws IllegalArgumentException naming what of the input it cannot take
  Encoder network(RunInput input);
}
