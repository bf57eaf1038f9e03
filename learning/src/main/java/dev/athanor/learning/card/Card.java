package dev.athanor.learning.card;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.huggingface.LlamaFolder;
import dev.athanor.learning.onnx.OnnxExport;
import dev.athanor.learning.onnx.TextExport;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `card.json`, the description of a published model version: what goes in and how it is prepared,
/// what comes out, and where it comes from.
///
/// @param name of the model in the registry
/// @param version of the model, from 1
/// @param kind what sort of model it is, [#IMAGE_ENCODER], [#TEXT_ENCODER] or [#LANGUAGE_MODEL]
/// @param objective as the run's specification has it; empty where it was trained elsewhere
/// @param encoder as the run's specification has it, or could have it
/// @param metrics figures by name, as the evaluation found them
/// @param files the version's other files by name
public record Card(
    String name,
    int version,
    String kind,
    Input input,
    Output output,
    Map<String, Object> objective,
    Map<String, Object> encoder,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Dataset dataset,
    SortedMap<String, Double> metrics,
    Lineage lineage,
    SortedMap<String, StoredFile> files) {

  public static final String IMAGE_ENCODER = "image-encoder";
  public static final String TEXT_ENCODER = "text-encoder";
  public static final String LANGUAGE_MODEL = "language-model";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /// What the model reads. Which of the two it is, a reader tells by their members.
  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({@JsonSubTypes.Type(Pixels.class), @JsonSubTypes.Type(Tokens.class)})
  public sealed interface Input permits Pixels, Tokens {
    String name();
  }

  /// Images, (N, channels, height, width), and how an image becomes that: scaled until its shorter
  /// side fits, the middle cut out, pixels multiplied by `scale`, then normalised channel by
  /// channel with `mean` and `std`.
  public record Pixels(
      String name,
      String layout,
      String type,
      int height,
      int width,
      int channels,
      String resize,
      String crop,
      String interpolation,
      double scale,
      List<Double> mean,
      List<Double> std)
      implements Input {

    public Pixels {
      mean = List.copyOf(mean);
      std = List.copyOf(std);
    }

    /// What an encoder that [OnnxExport] writes reads, prepared as the evaluation views are.
    public static Pixels of(int height, int width, Normalisation normalisation) {
      return new Pixels(
          OnnxExport.INPUT,
          "NCHW",
          "float32",
          height,
          width,
          normalisation.channels(),
          "shorter-side",
          "centre",
          "bilinear",
          1 / 255.0,
          normalisation.mean(),
          normalisation.std());
    }
  }

  /// Token ids, (N, T), and how a text becomes that: by the version's tokenizer, cut to `tokens`,
  /// filled up behind.
  ///
  /// @param name of the ids
  /// @param mask name of the input that is 1 where there is a token, (N, T)
  /// @param tokens the longest sequence, with what the tokenizer puts around a text
  /// @param padding id behind a row's tokens, where the mask is 0
  /// @param tokenizer file of the version
  /// @param vocabulary ids run from 0 to vocabulary - 1; the tokenizer may have fewer; null in
  ///   cards that were written before there was one
  /// @param positions name of the input that counts a text's tokens from 0; null for an encoder
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Tokens(
      String name,
      String mask,
      String layout,
      String type,
      int tokens,
      int padding,
      String tokenizer,
      @Nullable Integer vocabulary,
      @Nullable String positions)
      implements Input {

    /// What an encoder that [TextExport] writes reads.
    public static Tokens of(TextEncoder encoder, int padding) {
      return of(encoder, padding, null);
    }

    /// What a language model that [TextExport] writes reads, beside the keys and values of past
    /// tokens.
    static Tokens ofLanguageModel(CausalTransformer transformer, int padding) {
      return of(transformer, padding, TextExport.POSITIONS);
    }

    private static Tokens of(TextEncoder encoder, int padding, @Nullable String positions) {
      return new Tokens(
          TextExport.IDS,
          TextExport.MASK,
          "NT",
          "int64",
          encoder.context(),
          padding,
          LlamaFolder.TOKENIZER,
          encoder.vocabulary(),
          positions);
    }
  }

  /// What the model makes. Which of the two it is, a reader tells by their members.
  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({@JsonSubTypes.Type(Embedding.class), @JsonSubTypes.Type(Logits.class)})
  public sealed interface Output permits Embedding, Logits {
    String name();
  }

  /// (N, dimensions).
  ///
  /// @param pooling what is still to be done to come to one vector a text: `none` where the graph
  ///   does it; null for images
  /// @param normalise whether vectors are brought to unit length; null for images, which are not
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Embedding(
      String name, int dimensions, @Nullable String pooling, @Nullable Boolean normalise)
      implements Output {

    /// The representation h of `encoder`, as [OnnxExport] and [TextExport] name it.
    public static Embedding of(Encoder encoder) {
      return switch (encoder) {
        case ImageEncoder images ->
            new Embedding(OnnxExport.OUTPUT, images.dimensions(), null, null);
        case TextEncoder text -> new Embedding(OnnxExport.OUTPUT, text.dimensions(), "none", false);
      };
    }
  }

  /// Scores of the token behind each, (N, T, vocabulary).
  public record Logits(String name, int vocabulary) implements Output {

    /// As [TextExport] names them.
    static Logits of(CausalTransformer transformer) {
      return new Logits(TextExport.LOGITS, transformer.vocabulary());
    }
  }

  /// What the model was trained on, here.
  public record Dataset(String name, int version) {}

  /// Where the weights come from. Which of the two it is, a reader tells by their members.
  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({@JsonSubTypes.Type(Trained.class), @JsonSubTypes.Type(Imported.class)})
  public sealed interface Lineage permits Trained, Imported {}

  /// From a run, so that they can be made again.
  ///
  /// @param run its id
  /// @param steps of training
  /// @param checkpoint that was published, null where there was none
  /// @param augmenterBuild which build made the batches
  /// @param threads that computed; another number gives other rounding
  /// @param parent the published encoder that training began from, `name@3`; null where it began at
  ///   random
  public record Trained(
      String run,
      long steps,
      @Nullable String checkpoint,
      String augmenterBuild,
      int threads,
      @Nullable String parent)
      implements Lineage {}

  /// From files that somebody brought.
  ///
  /// @param imported id of the import
  /// @param sources SHA-256 of these files, by name
  public record Imported(String imported, SortedMap<String, String> sources) implements Lineage {
    public Imported {
      sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
    }
  }

  /// A file of the version, with what a reader needs to check that it is whole.
  public record StoredFile(long bytes, String sha256) {}

  public Card {
    objective = Collections.unmodifiableMap(objective);
    encoder = Collections.unmodifiableMap(encoder);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /// The card of the language model whose hidden states are this one's, a text encoder's.
  public Card ofLanguageModel(String otherName, CausalTransformer transformer) {
    return new Card(
        otherName,
        version,
        LANGUAGE_MODEL,
        Tokens.ofLanguageModel(transformer, ((Tokens) input).padding()),
        Logits.of(transformer),
        objective,
        encoder,
        dataset,
        metrics,
        lineage,
        files);
  }

  /// This card with other files.
  public Card withFiles(SortedMap<String, StoredFile> described) {
    return new Card(
        name, version, kind, input, output, objective, encoder, dataset, metrics, lineage,
        described);
  }

  /// `card.json`: members in the order of the components.
  public byte[] toJson() {
    return JSON.writeValueAsBytes(this);
  }

  /// @throws tools.jackson.core.JacksonException if it is no card
  public static Card ofJson(byte[] json) {
    return JSON.readValue(json, Card.class);
  }
}
