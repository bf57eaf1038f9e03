package dev.athanor.trainer.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.athanor.learning.encoder.ImageEncoder;

/// The network that is kept: `kind` says which of these records the other fields are. Their
/// defaults stand under the kind's name in `defaults.yml`.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ResNetSpec.class, name = "resnet"),
  @JsonSubTypes.Type(value = ConvNetSpec.class, name = "convnet"),
  @JsonSubTypes.Type(value = LatentMeanSpec.class, name = "latent-mean")
})
public sealed interface EncoderSpec permits ResNetSpec, ConvNetSpec, LatentMeanSpec {

  /// @param channels of the images: 1 or 3
  /// @param size height and width of a view
  /// @throws IllegalArgumentException naming `size`, where the network cannot take it
  ImageEncoder network(int channels, int size);
}
