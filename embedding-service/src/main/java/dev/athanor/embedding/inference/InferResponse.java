package dev.athanor.embedding.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.athanor.embedding.catalogue.EncoderVersion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The JSON document of an infer response.
@JsonInclude(JsonInclude.Include.NON_NULL)
record InferResponse(
    @JsonProperty("model_name") String modelName,
    @JsonProperty("model_version") String modelVersion,
    @Nullable String id,
    List<Output> outputs) {

  /// @param data row-major; null where the bytes follow the document
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @SuppressWarnings("ArrayRecordComponent") // written out, never compared
  record Output(
      String name,
      String datatype,
      List<Integer> shape,
      @Nullable Map<String, Integer> parameters,
      float @Nullable [] data) {}

  /// @param rows (N, D)
  static InferResponse of(
      EncoderVersion version, @Nullable String id, float[][] rows, boolean binary) {
    int dimensions = rows[0].length;
    var output =
        new Output(
            version.card().output().name(),
            Tensor.FP32,
            List.of(rows.length, dimensions),
            binary ? Map.of("binary_data_size", rows.length * dimensions * Float.BYTES) : null,
            binary ? null : flat(rows));
    return new InferResponse(
        version.name(), Integer.toString(version.version()), id, List.of(output));
  }

  private static float[] flat(float[][] rows) {
    int dimensions = rows[0].length;
    var flat = new float[rows.length * dimensions];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * dimensions, dimensions);
    }
    return flat;
  }
}
