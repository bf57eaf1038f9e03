package dev.athanor.trainer.registry;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.huggingface.LlamaFolder;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.platform.name.Names;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.preprocessing.tokenizer.TokenizerAwayException;
import dev.athanor.preprocessing.tokenizer.TokenizerException;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.role.ApiRole;
import dev.athanor.trainer.run.LanguageModelNames;
import dev.athanor.trainer.spec.ClmSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Takes language models that callers bring in Hugging Face's layout. Files first, each under a
/// name out of a closed list, then the row for a worker to lease. What can be told without the
/// weights is told at once; the rest the worker finds. Where imports are called off, too.
@Component
@ApiRole
class ImportDesk {
  private static final Pattern SHARD =
      Pattern.compile("model-00[0-9]{3}-of-00[0-9]{3}\\.safetensors");
  private static final String PARTS =
      "config.json, tokenizer.json, and model.safetensors or model.safetensors.index.json with model-00001-of-0000N.safetensors; tokenizer_config.json where there is one";
  private static final int LARGEST_CONFIG_BYTES = 64 << 10;
  private static final int LARGEST_TOKENIZER_CONFIG_BYTES = 1 << 20;
  private static final int LARGEST_INDEX_BYTES = 16 << 20;
  private static final int LARGEST_FRAME_BYTES = 1 << 20;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final UploadedFiles uploaded;
  private final Publication publication;
  private final Imports imports;
  private final LanguageModelNames names;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json;
  private final UploadProperties properties;
  private final IdSource ids;
  private final Clock clock;

  ImportDesk(
      UploadedFiles uploaded,
      Publication publication,
      Imports imports,
      LanguageModelNames names,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      JsonMapper json,
      UploadProperties properties,
      IdSource ids,
      Clock clock) {
    this.uploaded = uploaded;
    this.publication = publication;
    this.imports = imports;
    this.names = names;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.properties = properties;
    this.ids = ids;
    this.clock = clock;
  }

  /// Refuses a body whose announced length no form of allowed parts can have.
  ///
  /// @param length -1 where it is not known
  void checkLength(long length) {
    long most =
        properties.maxImportSize().toBytes()
            + properties.maxTokenizerSize().toBytes()
            + LARGEST_CONFIG_BYTES
            + LARGEST_TOKENIZER_CONFIG_BYTES
            + LARGEST_INDEX_BYTES
            + LARGEST_FRAME_BYTES;
    if (length > most) {
      throw Problem.tooLarge(
          "body: %d bytes (expected: at most %d, of which the weights have at most %d, athanor.registry.max-import-size)"
              .formatted(length, most, properties.maxImportSize().toBytes()));
    }
  }

  /// Stores a form's files and queues their import. The same key with the same files gives the same
  /// import again.
  ///
  /// @param key the caller's Idempotency-Key, if any
  ModelImport create(String model, UploadForm form, @Nullable String key) {
    Names.check("model", model);
    Names.check("model", ClmSpec.languageModel(model));
    names.requireFree(model, true);
    var prefix = uploaded.begin(model);
    boolean kept = false;
    try {
      var files = receive(prefix, form);
      var created = record(model, prefix, files, Fingerprint.of(key, describe(model, files)));
      kept = created.prefix().equals(prefix);
      return created;
    } finally {
      if (!kept) {
        uploaded.discard(prefix);
      }
    }
  }

  private static String describe(String model, SortedMap<String, StoredFile> files) {
    var all = new StringBuilder(model);
    files.values().forEach(file -> all.append('\n').append(file));
    return all.toString();
  }

  private SortedMap<String, StoredFile> receive(String prefix, UploadForm form) {
    var files = new TreeMap<String, StoredFile>();
    CausalTransformer transformer = null;
    Tokenizer tokenizer = null;
    long weights = 0;
    for (var part = form.next(); part != null; part = form.next()) {
      var name = part.name();
      if (files.containsKey(name)) {
        throw Problem.badRequest("form: %s twice (expected: once)".formatted(Problem.quote(name)));
      }
      switch (name) {
        case LlamaFolder.CONFIG -> {
          var config = UploadedFiles.read(part, LARGEST_CONFIG_BYTES);
          transformer = transformer(config);
          files.put(name, uploaded.store(prefix, name, part, config));
        }
        case LlamaFolder.TOKENIZER -> {
          var file = UploadedFiles.read(part, properties.maxTokenizerSize().toBytes());
          tokenizer = tokenizer(file);
          files.put(name, uploaded.store(prefix, name, part, file));
        }
        case LlamaFolder.TOKENIZER_CONFIG -> {
          var config = UploadedFiles.read(part, LARGEST_TOKENIZER_CONFIG_BYTES);
          checkObject(name, config);
          files.put(name, uploaded.store(prefix, name, part, config));
        }
        case LlamaFolder.INDEX ->
            files.put(name, uploaded.store(prefix, name, part, LARGEST_INDEX_BYTES));
        default -> {
          if (!name.equals(LlamaFolder.WEIGHTS) && !SHARD.matcher(name).matches()) {
            throw Problem.badRequest(
                "form: %s (expected: %s)".formatted(Problem.quote(name), PARTS));
          }
          var file =
              uploaded.store(prefix, name, part, properties.maxImportSize().toBytes() - weights);
          weights += file.bytes();
          files.put(name, file);
        }
      }
    }
    if (transformer == null || tokenizer == null) {
      throw missing(transformer == null ? LlamaFolder.CONFIG : LlamaFolder.TOKENIZER);
    }
    checkWeights(files);
    checkFit(tokenizer, transformer);
    return files;
  }

  private static CausalTransformer transformer(byte[] config) {
    try {
      return LlamaFolder.transformer(config);
    } catch (IllegalArgumentException refused) {
      throw Problem.unprocessable(String.valueOf(refused.getMessage()));
    }
  }

  private static Tokenizer tokenizer(byte[] file) {
    try {
      return Tokenizer.load(file);
    } catch (TokenizerException refused) {
      throw Problem.unprocessable(refused.getMessage());
    } catch (TokenizerAwayException away) {
      throw Problem.unavailable(away.getMessage(), RETRY_AFTER);
    }
  }

  /// It is kept as it came: what stands in it is for those who load the folder.
  private void checkObject(String name, byte[] file) {
    try {
      if (json.readTree(file).isObject()) {
        return;
      }
    } catch (JacksonException malformed) {
      throw Problem.unprocessable("%s: %s".formatted(name, malformed.getOriginalMessage()));
    }
    throw Problem.unprocessable("%s: no object (expected: a JSON object)".formatted(name));
  }

  private static void checkWeights(SortedMap<String, StoredFile> files) {
    boolean whole = files.containsKey(LlamaFolder.WEIGHTS);
    boolean index = files.containsKey(LlamaFolder.INDEX);
    boolean shards = files.keySet().stream().anyMatch(name -> SHARD.matcher(name).matches());
    if (!whole && !index) {
      throw missing(shards ? LlamaFolder.INDEX : LlamaFolder.WEIGHTS);
    }
    if (whole && (index || shards) || index && !shards) {
      throw Problem.badRequest("form: %s (expected: %s)".formatted(files.keySet(), PARTS));
    }
  }

  private static Problem missing(String part) {
    return Problem.badRequest("form: %s missing (expected: %s)".formatted(part, PARTS));
  }

  private static void checkFit(Tokenizer tokenizer, CausalTransformer transformer) {
    if (tokenizer.vocabulary() > transformer.vocabulary()) {
      throw Problem.unprocessable(
          "tokenizer.json: ids up to %d (expected: below %d, the vocab_size of config.json)"
              .formatted(tokenizer.vocabulary() - 1, transformer.vocabulary()));
    }
  }

  private ModelImport record(
      String model, String prefix, SortedMap<String, StoredFile> files, Fingerprint fingerprint) {
    var before = createdWith(fingerprint);
    if (before.isPresent()) {
      return before.get();
    }
    var id = ids.next();
    try {
      jdbc.sql(
              """
              insert into model_import (id, model, state, prefix, files, idempotency_key, request_sha256, created_at)
              values (:id, :model, 'QUEUED', :prefix, cast(:files as json), :key, :sha, :now)""")
          .param("id", id)
          .param("model", model)
          .param("prefix", prefix)
          .param("files", json.writeValueAsString(files.values()))
          .param("key", fingerprint.key())
          .param("sha", fingerprint.sha256())
          .param("now", clock.instant().atOffset(ZoneOffset.UTC))
          .update();
    } catch (DuplicateKeyException raced) {
      return createdWith(fingerprint).orElseThrow(() -> raced);
    }
    return imports.get(id);
  }

  private Optional<ModelImport> createdWith(Fingerprint fingerprint) {
    return fingerprint
        .createdBefore(jdbc, "model_import", "import", "set of files")
        .map(imports::get);
  }

  private record Standing(ImportState state, @Nullable String owner) {}

  /// Ends an import that nobody has taken; asks the owner of any other to stop.
  ModelImport cancel(String id) {
    transaction.executeWithoutResult(
        status ->
            jdbc.sql("select state, owner from model_import where id = :id for update")
                .param("id", id)
                .query(Standing.class)
                .optional()
                .ifPresent(standing -> cancel(id, standing)));
    var standing = imports.get(id);
    if (standing.state() == ImportState.CANCELLED) {
      uploaded.discard(standing.prefix());
    }
    return standing;
  }

  private void cancel(String id, Standing standing) {
    switch (standing.state()) {
      case CANCELLED -> {}
      case SUCCEEDED, FAILED ->
          throw Problem.conflict(
              "import %s is %s (expected: one that has not ended)".formatted(id, standing.state()));
      case QUEUED, RUNNING -> {
        jdbc.sql("update model_import set cancel_requested = true where id = :id")
            .param("id", id)
            .update();
        if (standing.owner() == null) {
          end(id);
        }
      }
    }
  }

  /// What an owner before had prepared is deleted first: where that fails, the import goes on.
  private void end(String id) {
    publication.withdraw(Registrar.Maker.imported(id));
    jdbc.sql(
            "update model_import set state = 'CANCELLED', reason = 'cancelled by request', phase = null, finished_at = :now where id = :id")
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .param("id", id)
        .update();
  }
}
