package dev.athanor.embedding.catalogue;

import dev.athanor.preprocessing.ImageInput;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What serving needs of a `card.json`: what the graph reads and how an image or a text becomes
/// that, and what comes out. A card that asks for a treatment that we do not know is refused,
/// because a vector of wrongly treated pixels looks like any other vector.
public record Card(Input input, Output output) {
  public static final String IMAGE_ENCODER = "image-encoder";
  public static final String TEXT_ENCODER = "text-encoder";

  private static final double SCALE = 1.0 / 255;

  /// More would be a matrix of attention that no machine should be asked for by a card.
  private static final int MOST_TOKENS = 8192;

  /// What the graph reads.
  public sealed interface Input {
    /// The graph's input.
    String name();
  }

  /// Images.
  ///
  /// @param name float32 `(N, channels, height, width)`
  public record Pixels(String name, ImageInput image) implements Input {}

  /// Texts, as a tokenizer's ids.
  ///
  /// @param name int64 `(N, T)`, a text's ids with what the tokenizer puts around them
  /// @param mask int64 `(N, T)`, 1 where there is a token
  /// @param types int64 `(N, T)`, all zeros; null where the graph has no such input
  /// @param tokens the longest T; longer texts are cut
  /// @param padding the id where the mask is 0
  public record Tokens(String name, String mask, @Nullable String types, int tokens, int padding)
      implements Input {
    /// The file beside `model.onnx` that makes ids of texts.
    public static final String TOKENIZER = "tokenizer.json";
  }

  /// How a text's hidden states become its vector.
  public enum Pooling {
    /// The graph gives vectors, `(N, dimensions)`.
    NONE,
    /// Of hidden states `(N, T, dimensions)` the mean over a text's tokens,
    MEAN,
    /// that of its first token,
    FIRST,
    /// or that of its last.
    LAST
  }

  /// What comes out.
  ///
  /// @param name the graph's output, float32
  /// @param normalise whether vectors are brought to length 1 at the end
  public record Output(String name, int dimensions, Pooling pooling, boolean normalise) {}

  /// `image-encoder` or `text-encoder`.
  public String kind() {
    return switch (input) {
      case Pixels _ -> IMAGE_ENCODER;
      case Tokens _ -> TEXT_ENCODER;
    };
  }

  /// Length of a vector.
  public int dimensions() {
    return output.dimensions();
  }

  /// @throws IllegalArgumentException naming the field and what was expected
  public static Card parse(String text) {
    var card = CardJson.read(text);
    var kind = card.only("/kind", IMAGE_ENCODER, TEXT_ENCODER);
    return kind.equals(IMAGE_ENCODER)
        ? new Card(pixels(card), output(card, Pooling.NONE))
        : new Card(tokens(card), output(card, Pooling.values()));
  }

  private static Pixels pixels(CardJson card) {
    card.only("/input/layout", "NCHW");
    card.only("/input/type", "float32");
    card.only("/input/resize", "shorter-side");
    card.only("/input/crop", "centre");
    card.only("/input/interpolation", "bilinear");
    card.number("/input/scale", SCALE, "1/255");
    var image =
        new ImageInput(
            card.whole("/input/height", 1, Integer.MAX_VALUE),
            card.whole("/input/width", 1, Integer.MAX_VALUE),
            card.whole("/input/channels", 1, Integer.MAX_VALUE),
            card.numbers("/input/mean"),
            card.numbers("/input/std"));
    return new Pixels(card.text("/input/name"), image);
  }

  private static Tokens tokens(CardJson card) {
    card.only("/input/layout", "NT");
    card.only("/input/type", "int64");
    card.only("/input/tokenizer", Tokens.TOKENIZER);
    return new Tokens(
        card.text("/input/name"),
        card.text("/input/mask"),
        card.has("/input/types") ? card.text("/input/types") : null,
        card.whole("/input/tokens", 1, MOST_TOKENS),
        card.whole("/input/padding", 0, Integer.MAX_VALUE));
  }

  private static Output output(CardJson card, Pooling... known) {
    return new Output(
        card.text("/output/name"),
        card.whole("/output/dimensions", 1, Integer.MAX_VALUE),
        card.has("/output/pooling") ? pooling(card, known) : Pooling.NONE,
        card.has("/output/normalise") && card.flag("/output/normalise"));
  }

  private static Pooling pooling(CardJson card, Pooling... known) {
    var names = new String[known.length];
    for (int i = 0; i < known.length; i++) {
      names[i] = known[i].name().toLowerCase(Locale.ROOT);
    }
    return Pooling.valueOf(card.only("/output/pooling", names).toUpperCase(Locale.ROOT));
  }
}
