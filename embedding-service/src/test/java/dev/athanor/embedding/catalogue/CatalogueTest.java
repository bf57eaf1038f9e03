package dev.athanor.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.contracts.registry.ModelFile;
import dev.athanor.contracts.registry.ModelState;
import dev.athanor.contracts.registry.ModelVersion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private static final String CARD =
      """
      {"kind":"image-encoder","input":{"name":"pixels","layout":"NCHW","type":"float32",
      "height":2,"width":2,"channels":3,"resize":"shorter-side","crop":"centre",
      "interpolation":"bilinear","scale":0.00392156862745098,"mean":[0,0,0],
      "std":[1,1,1]},"output":{"name":"embedding","dimensions":4}}
      """;

  private final Catalogue catalogue = new Catalogue();

  @Test
  void theBareNameWaitsForItsFirstProductionVersion() {
    publish(Map.of("latest", 1), 1, 2);
    publish(Map.of("latest", 1, "production", 2), 1, 2);

    assertThat(answering("m")).isEqualTo("m@1");
    assertThat(answering("m@production")).isEqualTo("m@2");
    assertThat(catalogue.models()).extracting(EncoderVersion::id).containsExactly("m@1");
    assertThat(catalogue.waiting()).extracting(EncoderVersion::id).containsExactly("m@2");

    catalogue.takeOver(catalogue.resolve(ModelReference.parse("m@2")));
    assertThat(answering("m")).isEqualTo("m@2");
    assertThat(catalogue.waiting()).isEmpty();
  }

  @Test
  void theBareNameWaitsForTheLatestWhenThereIsNoProductionAnyMore() {
    publish(Map.of("latest", 2, "production", 1), 1, 2);
    assertThat(answering("m")).isEqualTo("m@1");

    publish(Map.of("latest", 2), 1, 2);
    assertThat(answering("m")).isEqualTo("m@1");
    assertThat(catalogue.waiting()).extracting(EncoderVersion::id).containsExactly("m@2");

    catalogue.takeOver(catalogue.resolve(ModelReference.parse("m@2")));
    assertThat(answering("m")).isEqualTo("m@2");
  }

  @Test
  void whatIsRetiredWaitsForNobody() {
    publish(Map.of("latest", 1), 1, 2);
    publish(Map.of("latest", 1, "production", 2), 2);
    assertThat(answering("m")).isEqualTo("m@2");
    assertThat(catalogue.waiting()).isEmpty();
  }

  /// Which its maker can be told by: what was uploaded lies under a name of the upload.
  @Test
  void weightsBesideTheGraphAreTakenOfWhatWasMadeHereAlone() {
    var made = Model.of(large("m/1/"));
    assertThat(made.versions().get(1))
        .satisfies(
            version -> {
              assertThat(version.data())
                  .isEqualTo(
                      new PublishedFile("m/1/model.onnx.data", 5L << 30, "%064x".formatted(2)));
              assertThat(version.bytes()).isEqualTo((5L << 30) + 1);
            });
    for (var prefix : List.of("m/upload-01/", "m/2/", "other/1/", "")) {
      assertThat(Model.of(large(prefix)).refused().get(1))
          .extracting(Model.Refusal::why)
          .isEqualTo(
              "files: model.onnx.data (expected: only of a version that a run or an import made)");
    }
  }

  private static ModelState large(String prefix) {
    var graph = ModelFile.newBuilder().setName("model.onnx").setBytes(1);
    var data = ModelFile.newBuilder().setName("model.onnx.data").setBytes(5L << 30);
    return ModelState.newBuilder()
        .setName("m")
        .addVersions(
            ModelVersion.newBuilder()
                .setVersion(1)
                .setState("READY")
                .setPrefix(prefix)
                .setCardJson(CARD)
                .addFiles(graph.setSha256("%064x".formatted(1)))
                .addFiles(data.setSha256("%064x".formatted(2))))
        .build();
  }

  private String answering(String reference) {
    return catalogue.resolve(ModelReference.parse(reference)).id();
  }

  private void publish(Map<String, Integer> aliases, int... versions) {
    var state = ModelState.newBuilder().setName("m").putAllAliases(aliases);
    for (int version : versions) {
      state.addVersions(
          ModelVersion.newBuilder()
              .setVersion(version)
              .setState("READY")
              .setCardJson(CARD)
              .addFiles(
                  ModelFile.newBuilder()
                      .setName("model.onnx")
                      .setBytes(1)
                      .setSha256("%064x".formatted(version))));
    }
    catalogue.publish(Map.of("m", Model.of(state.build())));
  }
}
