package dev.athanor.learning.card;

import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.onnx.OnnxExport;
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
/// @param kind what sort of model it is, [#IMAGE_ENCODER]
/// @param objective as the run's specification has it
/// @param encoder as the run's specification has it
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
    Dataset dataset,
    SortedMap<String, Double> metrics,
    Lineage lineage,
    SortedMap<String, StoredFile> files) {

  public static final String IMAGE_ENCODER = "image-encoder";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /// What the model reads, (N, channels, height, width), and how an image becomes that: scaled
  /// until its shorter side fits, the middle cut out, pixels multiplied by `scale`, then normalised
  /// channel by channel with `mean` and `std`.
  public record Input(
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
      List<Double> std) {

    public Input {
      mean = List.copyOf(mean);
      std = List.copyOf(std);
    }

    /// What an encoder that [OnnxExport] writes reads, prepared as the evaluation views are.
    public static Input pixels(int height, int width, Normalisation normalisation) {
      return new Input(
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

  /// What the model makes, (N, dimensions).
  public record Output(String name, int dimensions) {

    /// The representation h of `encoder`, as [OnnxExport] names it.
    public static Output embedding(Encoder encoder) {
      return new Output(OnnxExport.OUTPUT, encoder.dimensions());
    }
  }

  /// What the model was trained on.
  public record Dataset(String name, int version) {}

  /// Where the weights come from, so that they can be made again.
  ///
  /// @param run its id
  /// @param steps of training
  /// @param checkpoint that was published, null where there was none
  /// @param augmenterBuild which build made the batches
  /// @param threads that computed; another number gives other rounding
  /// @param parent the published encoder that training began from, `name@3`; null where it began at
  ///   random
  public record Lineage(
      String run,
      long steps,
      @Nullable String checkpoint,
      String augmenterBuild,
      int threads,
      @Nullable String parent) {}

  /// A file of the version, with what a reader needs to check that it is whole.
  public record StoredFile(long bytes, String sha256) {}

  public Card {
    objective = Collections.unmodifiableMap(objective);
    encoder = Collections.unmodifiableMap(encoder);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
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
