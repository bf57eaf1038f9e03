package dev.athanor.trainer.registry;

import dev.athanor.learning.card.Card;
import dev.athanor.learning.card.ModelFiles;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.huggingface.LlamaFolder;
import dev.athanor.learning.huggingface.LlamaModel;
import dev.athanor.learning.huggingface.TokenizerFiles;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.spec.CausalTransformerSpec;
import dev.athanor.trainer.spec.ClmSpec;
import dev.athanor.trainer.spec.EncoderSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Makes of the files of an import what a causal run publishes: the language model, and the encoder
/// that its hidden states are.
@Component
public class Importer {
  /// Tokens of a text that the encoder reads at most.
  private static final int LONGEST_TEXT = 2048;

  private final Imports imports;
  private final Publication publication;
  private final ModelFiles files;
  private final ObjectStore store;
  private final JsonMapper json;

  Importer(
      Imports imports,
      Publication publication,
      ModelFiles files,
      ObjectStore store,
      JsonMapper json) {
    this.imports = imports;
    this.publication = publication;
    this.files = files;
    this.store = store;
    this.json = json;
  }

  /// To its end. Both versions are made visible together, and with the state that says so: an
  /// import that is called off leaves none.
  ///
  /// @param folder empty, for the files on their way
  /// @param guard throws where this worker must let go
  /// @throws ImportRefused where the files are no model that can be served
  public void run(OwnedImport rows, Path folder, Runnable guard) {
    var brought = imports.get(rows.id());
    try {
      rows.phase("fetching what was brought");
      var source = Files.createDirectories(folder.resolve("source"));
      for (var file : brought.files()) {
        guard.run();
        file.fetch(store, Models.BUCKET, brought.prefix(), source);
      }
      rows.phase("reading weights");
      // Weights stay in files: a model may be larger than the heap.
      try (var arena = Arena.ofShared()) {
        var model = read(source, folder.resolve("wide"), arena);
        publish(rows, brought, source, model, folder, guard);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void publish(
      OwnedImport rows,
      ModelImport brought,
      Path source,
      LlamaModel model,
      Path folder,
      Runnable guard)
      throws IOException {
    var tokenizer = tokenizer(source, model);
    int padding = padding(model, tokenizer.tokenizer());
    var maker = Registrar.Maker.imported(rows.id());
    var languageModel = ClmSpec.languageModel(brought.model());
    guard.run();
    rows.phase("writing " + languageModel);
    var generating =
        publication.prepare(
            languageModel,
            maker,
            rows::write,
            folder.resolve("language-model"),
            (into, version) ->
                files.write(
                    into,
                    model,
                    tokenizer,
                    card(brought, model, version, padding)
                        .ofLanguageModel(languageModel, model.transformer())));
    guard.run();
    rows.phase("writing " + brought.model());
    var encoder =
        publication.prepare(
            brought.model(),
            maker,
            rows::write,
            folder.resolve("encoder"),
            (into, version) ->
                files.write(
                    into,
                    model.transformer(),
                    encoderWeights(model),
                    tokenizer.tokenizer(),
                    card(brought, model, version, padding)));
    guard.run();
    rows.write(
        () -> {
          publication.publish(generating);
          publication.publish(encoder);
          rows.become(ImportState.SUCCEEDED, null);
        });
  }

  private static LlamaModel read(Path source, Path wide, Arena arena) {
    try {
      return LlamaFolder.map(source, wide, arena);
    } catch (IOException | IllegalArgumentException refused) {
      throw new ImportRefused(String.valueOf(refused.getMessage()), refused);
    }
  }

  /// With the configuration that was brought, where one was.
  private static TokenizerFiles tokenizer(Path source, LlamaModel model) throws IOException {
    var tokenizer = Files.readAllBytes(source.resolve(LlamaFolder.TOKENIZER));
    var config = source.resolve(LlamaFolder.TOKENIZER_CONFIG);
    return Files.exists(config)
        ? new TokenizerFiles(tokenizer, Files.readAllBytes(config))
        : TokenizerFiles.of(model, tokenizer);
  }

  private static int padding(LlamaModel model, byte[] tokenizer) {
    var pad = Tokenizer.load(tokenizer).pad();
    return Objects.requireNonNullElseGet(
        pad, () -> model.ends().isEmpty() ? 0 : model.ends().getFirst());
  }

  private static Map<String, Tensor> encoderWeights(LlamaModel model) {
    return model.transformer().parameters().stream()
        .collect(
            Collectors.toMap(
                Parameter::name, parameter -> Tensor.named(parameter.name(), model.weights())));
  }

  private Card card(ModelImport brought, LlamaModel model, int version, int padding) {
    var transformer = model.transformer();
    EncoderSpec encoder = CausalTransformerSpec.of(transformer);
    var sources =
        brought.files().stream()
            .collect(
                Collectors.toMap(StoredFile::name, StoredFile::sha256, (a, b) -> a, TreeMap::new));
    return new Card(
        brought.model(),
        version,
        Card.TEXT_ENCODER,
        Card.Tokens.of(cut(transformer), padding),
        Card.Embedding.of(transformer),
        Map.of(),
        json.convertValue(encoder, new TypeReference<>() {}),
        null,
        new TreeMap<>(),
        new Card.Imported(brought.id(), sources),
        new TreeMap<>());
  }

  /// The same network for shorter texts: its weights do not depend on their length, and the memory
  /// of attention grows with the square of it.
  private static CausalTransformer cut(CausalTransformer transformer) {
    return new CausalTransformer(
        transformer.layers(),
        transformer.width(),
        transformer.heads(),
        transformer.keyValueHeads(),
        transformer.feedForward(),
        transformer.vocabulary(),
        Math.min(transformer.context(), LONGEST_TEXT),
        transformer.rotaryBase(),
        transformer.epsilon(),
        transformer.tied());
  }

  /// Ends an import that publishes nothing, and deletes what it has made.
  public void end(OwnedImport rows, ImportState state, String reason) {
    publication.withdraw(Registrar.Maker.imported(rows.id()));
    rows.become(state, reason);
  }

  /// Deletes what was brought, once the import has ended.
  public void discard(OwnedImport rows) {
    UploadedFiles.discard(store, imports.get(rows.id()).prefix());
  }
}
