package dev.athanor.trainer.registry;

import dev.athanor.learning.card.Card;
import dev.athanor.learning.card.ModelFiles;
import dev.athanor.learning.huggingface.LlamaFolder;
import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.dataset.Tokenizers;
import dev.athanor.trainer.file.Scratch;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.spec.ClmSpec;
import dev.athanor.trainer.spec.EncoderSpec;
import dev.athanor.trainer.spec.ImageEncoderSpec;
import dev.athanor.trainer.spec.LatentMeanSpec;
import dev.athanor.trainer.spec.ModelReference;
import dev.athanor.trainer.spec.ObjectiveSpec;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.PublishedEncoders;
import dev.athanor.trainer.spec.VaeSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the encoders that runs published, or callers imported, out of their cards and weights.
@Component
class RegistryEncoders implements PublishedEncoders {
  private final Models models;
  private final Tokenizers tokenizers;
  private final JdbcClient jdbc;
  private final ObjectStore store;
  private final JsonMapper json;
  private final Scratch scratch = new Scratch(null);

  RegistryEncoders(
      Models models, Tokenizers tokenizers, JdbcClient jdbc, ObjectStore store, JsonMapper json) {
    this.models = models;
    this.tokenizers = tokenizers;
    this.jdbc = jdbc;
    this.store = store;
    this.json = json;
  }

  @Override
  public PublishedEncoder find(String field, ModelReference reference) {
    var version = models.version(reference.name(), number(field, reference));
    if (version.state() != ModelVersionState.READY) {
      throw Problem.unprocessable(
          "%s: %s is %s (expected: READY)".formatted(field, reference, version.state()));
    }
    var card = json.readTree(version.card());
    var kind = card.path("kind").asString("none");
    if (!kind.equals(Card.IMAGE_ENCODER) && !kind.equals(Card.TEXT_ENCODER)) {
      throw Problem.unprocessable(
          "%s: %s is of kind %s (expected: %s or %s)"
              .formatted(
                  field, reference, Problem.quote(kind), Card.IMAGE_ENCODER, Card.TEXT_ENCODER));
    }
    if (weightsFile(version).isEmpty()) {
      throw Problem.unprocessable(
          "%s: %s has no %s, as an uploaded ONNX file has none (expected: an encoder that a run published or that was imported)"
              .formatted(field, reference, ModelFiles.WEIGHTS));
    }
    return new PublishedEncoder(
        version.model(),
        version.version(),
        encoder(card),
        kind.equals(Card.TEXT_ENCODER)
            ? texts(field, version, card.path("input"))
            : images(card.path("input")));
  }

  private int number(String field, ModelReference reference) {
    if (reference.version().chars().allMatch(Character::isDigit)) {
      try {
        return Integer.parseInt(reference.version());
      } catch (NumberFormatException large) {
        throw Problem.notFound(
            "%s: %s (expected: a version that there is)".formatted(field, reference));
      }
    }
    models.versions(reference.name());
    var aliases = models.aliases(reference.name());
    return Optional.ofNullable(aliases.get(reference.version()))
        .orElseThrow(
            () ->
                Problem.notFound(
                    "%s: %s (expected: a version, or one of the aliases %s)"
                        .formatted(field, reference, aliases.keySet())));
  }

  /// A variational auto-encoder's card names the encoder that it was trained with; what it
  /// published goes on from there to μ.
  private EncoderSpec encoder(JsonNode card) {
    var encoder = json.treeToValue(card.path("encoder"), EncoderSpec.class);
    if (encoder instanceof ImageEncoderSpec trunk
        && card.path("objective").path("kind").asString("").equals("vae")) {
      var vae = (VaeSpec) json.treeToValue(card.path("objective"), ObjectiveSpec.class);
      return new LatentMeanSpec(trunk, vae.latent());
    }
    return encoder;
  }

  private PublishedEncoder.Images images(JsonNode input) {
    return new PublishedEncoder.Images(
        input.path("channels").asInt(),
        input.path("height").asInt(),
        numbers(input.path("mean")),
        numbers(input.path("std")));
  }

  /// The card has the tokenizer's file; under which name the augmentation-service knows it, the run
  /// says that published the version, or for an imported one that service.
  private PublishedEncoder.Texts texts(String field, PublishedVersion version, JsonNode input) {
    int context = input.path("tokens").asInt();
    if (version.run() == null) {
      var sha256 = tokenizerFile(version).sha256();
      return new PublishedEncoder.Texts(
          context, tokenizer(field, version, sha256), sha256, input.path("vocabulary").asInt());
    }
    var tokenizer =
        Objects.requireNonNull(
            jdbc.sql("select dataset from run where id = :run")
                .param("run", version.run())
                .query((row, number) -> json.readValue(row.getString(1), DatasetFacts.class))
                .single()
                .tokenizer(),
            "tokenizer");
    return new PublishedEncoder.Texts(
        context, tokenizer.name(), tokenizer.sha256(), tokenizer.vocabulary());
  }

  private String tokenizer(String field, PublishedVersion version, String sha256) {
    return tokenizers
        .named(sha256)
        .orElseThrow(
            () ->
                Problem.unprocessable(
                    "%s: %s@%d reads texts by its own tokenizer.json, which no tokenizer here is (expected: that file under any name, by PUT /v1/tokenizers/NAME)"
                        .formatted(field, version.model(), version.version())));
  }

  private static StoredFile tokenizerFile(PublishedVersion version) {
    return file(version, ModelFiles.TOKENIZER).orElseThrow();
  }

  private List<Double> numbers(JsonNode list) {
    return json.convertValue(list, new TypeReference<List<Double>>() {});
  }

  private static Optional<StoredFile> weightsFile(PublishedVersion version) {
    return file(version, ModelFiles.WEIGHTS);
  }

  private static Optional<StoredFile> file(PublishedVersion version, String name) {
    return version.files().stream().filter(file -> file.name().equals(name)).findFirst();
  }

  @Override
  public void requireLanguageModel(String field, PublishedEncoder encoder) {
    var languageModel = languageModel(encoder);
    if (languageModel.isEmpty()) {
      throw Problem.unprocessable(
          "%s: %s has no language model beside it whose output map, lm_head.weight, the run could go on from (expected: an encoder of a clm run or of an import)"
              .formatted(field, encoder.reference()));
    }
    var version = languageModel.get();
    if (version.state() != ModelVersionState.READY) {
      throw Problem.unprocessable(
          "%s: %s@%d, whose output map the run would go on from, is %s (expected: READY)"
              .formatted(field, version.model(), version.version(), version.state()));
    }
  }

  /// What the run or import that made the encoder made beside it; its number may be another.
  private Optional<PublishedVersion> languageModel(PublishedEncoder encoder) {
    var made = models.version(encoder.model(), encoder.version());
    return models.madeWith(ClmSpec.languageModel(made.model()), made);
  }

  @Override
  public Map<String, Tensor> weights(PublishedEncoder encoder) {
    return tensors(models.version(encoder.model(), encoder.version()), ModelFiles.WEIGHTS);
  }

  @Override
  public Map<String, Tensor> languageModelWeights(PublishedEncoder encoder) {
    return tensors(languageModel(encoder).orElseThrow(), LlamaFolder.WEIGHTS);
  }

  private Map<String, Tensor> tensors(PublishedVersion version, String name) {
    var described = file(version, name).orElseThrow();
    try (var folder = scratch.folder("encoder")) {
      return Safetensors.read(
              described.fetch(store, Models.BUCKET, version.prefix(), folder.path()))
          .tensors();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
