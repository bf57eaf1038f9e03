package dev.athanor.trainer.registry;

import dev.athanor.platform.error.Problem;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.platform.name.Names;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.StoreException;
import dev.athanor.trainer.file.FileHash;
import dev.athanor.trainer.file.MeasuredInput;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.role.ApiRole;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Takes models that callers bring. Objects first, under a name of the upload's own, then the row
/// that makes them a version: an upload that ends early leaves no version, and its objects go at
/// once, or with the sweeper where the service died.
@Component
@ApiRole
@EnableConfigurationProperties(UploadProperties.class)
class Uploads {
  private static final Logger log = LoggerFactory.getLogger(Uploads.class);

  /// What the second part of every upload's prefix begins with; a run's is a number.
  static final String FOLDER = "upload-";

  static final String CARD = "card.json";

  private static final String MODEL = "model.onnx";
  private static final String TOKENIZER = "tokenizer.json";
  private static final int LARGEST_CARD_BYTES = 64 << 10;
  private static final int LARGEST_FRAME_BYTES = 64 << 10;
  private static final int LONGEST_KEY = 200;

  private final ObjectStore store;
  private final Registrar registrar;
  private final Models models;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final UploadProperties properties;
  private final IdSource ids;
  private final Clock clock;

  Uploads(
      ObjectStore store,
      Registrar registrar,
      Models models,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      UploadProperties properties,
      IdSource ids,
      Clock clock) {
    this.store = store;
    this.registrar = registrar;
    this.models = models;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.properties = properties;
    this.ids = ids;
    this.clock = clock;
  }

  /// Refuses a body whose announced length no form of allowed parts can have.
  ///
  /// @param length -1 where it is not known
  void checkLength(long length) {
    long most =
        properties.maxModelSize().toBytes()
            + properties.maxTokenizerSize().toBytes()
            + LARGEST_CARD_BYTES
            + LARGEST_FRAME_BYTES;
    if (length > most) {
      throw Problem.tooLarge(
          "body: %d bytes (expected: at most %d, of which model has at most %d, athanor.registry.max-model-size)"
              .formatted(length, most, properties.maxModelSize().toBytes()));
    }
  }

  /// Stores a form's files and makes a version of them, PENDING. The same key with the same files
  /// gives the same version again.
  ///
  /// @param key the caller's Idempotency-Key, if any
  PublishedVersion upload(String model, UploadForm form, @Nullable String key) {
    Names.check("model", model);
    checkKey(key);
    store.ensureBucket(Models.BUCKET);
    var prefix = "%s/%s%s/".formatted(model, FOLDER, ids.next());
    boolean kept = false;
    try {
      var parts = receive(prefix, form);
      int version = record(model, prefix, parts, key);
      var uploaded = models.version(model, version);
      kept = uploaded.prefix().equals(prefix);
      return uploaded;
    } finally {
      if (!kept) {
        discard(prefix);
      }
    }
  }

  private static void checkKey(@Nullable String key) {
    if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
      throw Problem.badRequest(
          "Idempotency-Key: %d characters (expected: 1 to %d)"
              .formatted(key.length(), LONGEST_KEY));
    }
  }

  /// What came: the card as it was read, the files as they lie in the store.
  private record Parts(UploadedCard card, String cardSha256, List<StoredFile> files) {
    /// Tells whether two uploads are the same.
    String fingerprint(String model) {
      var all = new StringBuilder(model).append('\n').append(cardSha256);
      files.forEach(file -> all.append('\n').append(file.name()).append(' ').append(file.sha256()));
      return sha256(UploadedCard.utf8(all.toString()));
    }
  }

  private Parts receive(String prefix, UploadForm form) {
    UploadedCard card = null;
    var cardSha256 = "";
    var files = new ArrayList<StoredFile>();
    Set<String> seen = new HashSet<>();
    for (var part = form.next(); part != null; part = form.next()) {
      if (!seen.add(part.name())) {
        throw Problem.badRequest(
            "form: %s twice (expected: once)".formatted(Problem.quote(part.name())));
      }
      switch (part.name()) {
        case "card" -> {
          var text = small(part);
          card = UploadedCard.parse(text);
          cardSha256 = sha256(text);
        }
        case "model" ->
            files.add(store(prefix + MODEL, MODEL, part, properties.maxModelSize().toBytes()));
        case "tokenizer" ->
            files.add(
                store(
                    prefix + TOKENIZER, TOKENIZER, part, properties.maxTokenizerSize().toBytes()));
        default ->
            throw Problem.badRequest(
                "form: %s (expected: card, model, and for texts tokenizer)"
                    .formatted(Problem.quote(part.name())));
      }
    }
    if (card == null || !seen.contains("model")) {
      throw Problem.badRequest(
          "form: %s missing (expected: card and model)".formatted(card == null ? "card" : "model"));
    }
    if (card.ofText() != seen.contains("tokenizer")) {
      throw Problem.badRequest(
          card.ofText()
              ? "form: tokenizer missing (expected: tokenizer.json of the text encoder)"
              : "form: tokenizer (expected: only with kind text-encoder)");
    }
    files.sort((a, b) -> a.name().compareTo(b.name()));
    return new Parts(card, cardSha256, files);
  }

  private static byte[] small(UploadForm.Part part) {
    var input = new MeasuredInput(part.content(), LARGEST_CARD_BYTES);
    try {
      return input.readAllBytes();
    } catch (IOException failure) {
      throw refusal(part.name(), input, LARGEST_CARD_BYTES, failure);
    }
  }

  private StoredFile store(String objectKey, String name, UploadForm.Part part, long limit) {
    var input = new MeasuredInput(part.content(), limit);
    try {
      store.put(Models.BUCKET, objectKey, input, -1);
    } catch (StoreException failure) {
      if (input.exceeded() || input.broken()) {
        throw refusal(part.name(), input, limit, failure);
      }
      throw failure;
    }
    var file = input.describe(name);
    if (file.bytes() == 0) {
      throw Problem.badRequest("%s: 0 bytes (expected: a file)".formatted(part.name()));
    }
    return file;
  }

  private static Problem refusal(String part, MeasuredInput input, long limit, Exception failure) {
    return input.exceeded()
        ? Problem.tooLarge(
            "%s: more than %d bytes (expected: at most %d)".formatted(part, limit, limit))
        : UploadForm.broken(failure);
  }

  private int record(String model, String prefix, Parts parts, @Nullable String key) {
    var fingerprint = parts.fingerprint(model);
    try {
      return Objects.requireNonNull(
          transaction.execute(status -> recordOnce(model, prefix, parts, key, fingerprint)));
    } catch (DuplicateKeyException raced) {
      return known(Objects.requireNonNull(key), fingerprint).orElseThrow(() -> raced);
    }
  }

  private int recordOnce(
      String model, String prefix, Parts parts, @Nullable String key, String fingerprint) {
    var known = key == null ? Optional.<Integer>empty() : known(key, fingerprint);
    return known.orElseGet(
        () -> {
          int version =
              registrar.pend(model, prefix, number -> describe(model, number, prefix, parts));
          if (key != null) {
            remember(key, fingerprint, model, version);
          }
          return version;
        });
  }

  /// The card names its version, so it is written when that is known, within the transaction: a
  /// small object, and one that goes with the others where the transaction fails.
  private Registrar.Uploaded describe(String model, int version, String prefix, Parts parts) {
    var card = parts.card().complete(model, version, parts.files());
    var bytes = UploadedCard.utf8(card);
    store.put(Models.BUCKET, prefix + CARD, bytes);
    var files = new ArrayList<>(parts.files());
    files.addFirst(new StoredFile(CARD, bytes.length, sha256(bytes)));
    return new Registrar.Uploaded(card, files);
  }

  private record Known(String requestSha256, String model, int version) {}

  private Optional<Integer> known(String key, String fingerprint) {
    return jdbc.sql(
            "select request_sha256, model, version from model_upload where idempotency_key = :key")
        .param("key", key)
        .query(Known.class)
        .optional()
        .map(
            known -> {
              if (!known.requestSha256().equals(fingerprint)) {
                throw Problem.conflict(
                    "Idempotency-Key: %s uploaded version %d of %s from other files (expected: the same files, or another key)"
                        .formatted(Problem.quote(key), known.version(), known.model()));
              }
              return known.version();
            });
  }

  private void remember(String key, String fingerprint, String model, int version) {
    jdbc.sql(
            """
            insert into model_upload (idempotency_key, request_sha256, model, version, created_at)
            values (:key, :sha, :model, :version, :now)""")
        .param("key", key)
        .param("sha", fingerprint)
        .param("model", model)
        .param("version", version)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }

  private void discard(String prefix) {
    try {
      store.deleteAll(Models.BUCKET, prefix);
    } catch (StoreException failure) {
      log.warn("{} is left to the sweeper: {}", prefix, failure.getMessage());
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return FileHash.of(new ByteArrayInputStream(bytes));
    } catch (IOException impossible) {
      throw new IllegalStateException("memory can be read", impossible);
    }
  }
}
