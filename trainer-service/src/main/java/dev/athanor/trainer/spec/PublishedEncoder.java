package dev.athanor.trainer.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.Encoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An encoder in the registry that has weights to go on from, as its card says.
///
/// @param input what it reads
public record PublishedEncoder(String model, int version, EncoderSpec encoder, Input input) {

  /// What an encoder reads. Which of the two it is, a reader tells by their members.
  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({@JsonSubTypes.Type(Images.class), @JsonSubTypes.Type(Texts.class)})
  public sealed interface Input permits Images, Texts {}

  /// @param channels of the images: 1 or 3
  /// @param size height and width of these
  /// @param mean of the pixels that it was trained on, 0..1, one a channel
  /// @param std of these
  public record Images(int channels, int size, List<Double> mean, List<Double> std)
      implements Input {}

  /// @param context the longest sequence that it is made for, in tokens
  /// @param tokenizer name of the one that it was trained with
  /// @param sha256 of that one's file, in hexadecimal
  /// @param vocabulary ids run from 0 to vocabulary - 1
  public record Texts(int context, String tokenizer, String sha256, int vocabulary)
      implements Input {}

  /// `name@3`.
  public String reference() {
    return model + "@" + version;
  }

  public Medium medium() {
    return encoder.medium();
  }

  /// Of an encoder of images.
  ///
  /// @throws IllegalStateException where it is one of texts
  public Images images() {
    return switch (input) {
      case Images images -> images;
      case Texts _ ->
          throw new IllegalStateException(reference() + " reads texts (expected: images)");
    };
  }

  /// Of an encoder of texts.
  ///
  /// @throws IllegalStateException where it is one of images
  public Texts texts() {
    return switch (input) {
      case Texts texts -> texts;
      case Images _ ->
          throw new IllegalStateException(reference() + " reads images (expected: texts)");
    };
  }

  public Encoder network() {
    return switch (encoder) {
      case ImageEncoderSpec seeing -> seeing.network(images().channels(), images().size());
      case TextEncoderSpec reading -> reading.text(texts().vocabulary(), texts().context());
    };
  }

  /// Of images; none for texts.
  public @Nullable Normalisation normalisation() {
    return switch (input) {
      case Images images -> new Normalisation(images.mean(), images.std());
      case Texts _ -> null;
    };
  }
}
