package dev.athanor.trainer.registry;

import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.name.Names;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.role.ApiRole;
import dev.athanor.trainer.run.LanguageModelNames;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Takes encoders that callers bring as ONNX files. Objects first, then the row that makes them a
/// version: an upload that ends early leaves no version.
@Component
@ApiRole
@EnableConfigurationProperties(UploadProperties.class)
class Uploads {
  static final String CARD = "card.json";

  private static final String MODEL = "model.onnx";
  private static final String TOKENIZER = "tokenizer.json";
  private static final int LARGEST_CARD_BYTES = 64 << 10;
  private static final int LARGEST_FRAME_BYTES = 64 << 10;

  private final ObjectStore store;
  private final UploadedFiles uploaded;
  private final Registrar registrar;
  private final Models models;
  private final LanguageModelNames names;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final UploadProperties properties;
  private final Clock clock;

  Uploads(
      ObjectStore store,
      UploadedFiles uploaded,
      Registrar registrar,
      Models models,
      LanguageModelNames names,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      UploadProperties properties,
      Clock clock) {
    this.store = store;
    this.uploaded = uploaded;
    this.registrar = registrar;
    this.models = models;
    this.names = names;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.properties = properties;
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
  /// @throws Problem 409 where the model is, or is about to be, the language model of another
  PublishedVersion upload(String model, UploadForm form, @Nullable String key) {
    Names.check("model", model);
    Fingerprint.checkKey(key);
    names.requireFree(model, false);
    var prefix = uploaded.begin(model);
    boolean kept = false;
    try {
      var parts = receive(prefix, form);
      int version = record(model, prefix, parts, key);
      var brought = models.version(model, version);
      kept = brought.prefix().equals(prefix);
      return brought;
    } finally {
      if (!kept) {
        uploaded.discard(prefix);
      }
    }
  }

  /// What came: the card as it was read, the files as they lie in the store.
  private record Parts(UploadedCard card, String cardSha256, List<StoredFile> files) {
    /// Tells whether two uploads are the same.
    Fingerprint fingerprint(@Nullable String key, String model) {
      var all = new StringBuilder(model).append('\n').append(cardSha256);
      files.forEach(file -> all.append('\n').append(file.name()).append(' ').append(file.sha256()));
      return Fingerprint.of(key, all.toString());
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
          var text = UploadedFiles.read(part, LARGEST_CARD_BYTES);
          card = UploadedCard.parse(text);
          cardSha256 = Sha256.hex(text);
        }
        case "model" ->
            files.add(uploaded.store(prefix, MODEL, part, properties.maxModelSize().toBytes()));
        case "tokenizer" ->
            files.add(
                uploaded.store(prefix, TOKENIZER, part, properties.maxTokenizerSize().toBytes()));
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

  private int record(String model, String prefix, Parts parts, @Nullable String key) {
    var fingerprint = parts.fingerprint(key, model);
    try {
      return Objects.requireNonNull(
          transaction.execute(status -> recordOnce(model, prefix, parts, fingerprint)));
    } catch (DuplicateKeyException raced) {
      return uploadedWith(fingerprint).orElseThrow(() -> raced);
    }
  }

  private int recordOnce(String model, String prefix, Parts parts, Fingerprint fingerprint) {
    return uploadedWith(fingerprint)
        .orElseGet(
            () -> {
              int version =
                  registrar.pend(model, prefix, number -> describe(model, number, prefix, parts));
              remember(fingerprint, model, version);
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
    files.addFirst(new StoredFile(CARD, bytes.length, Sha256.hex(bytes)));
    return new Registrar.Uploaded(card, files);
  }

  private record Known(String model, int version) {}

  private Optional<Integer> uploadedWith(Fingerprint fingerprint) {
    return fingerprint
        .createdBefore(
            key -> jdbc.sql("select * from model_upload where idempotency_key = ?").params(key),
            (row, number) -> new Known(row.getString("model"), row.getInt("version")),
            known -> "version %d of %s".formatted(known.version(), known.model()),
            "set of files")
        .map(Known::version);
  }

  private void remember(Fingerprint fingerprint, String model, int version) {
    if (fingerprint.key() == null) {
      return;
    }
    jdbc.sql(
            """
            insert into model_upload (idempotency_key, request_sha256, model, version, created_at)
            values (:key, :sha, :model, :version, :now)""")
        .param("key", fingerprint.key())
        .param("sha", fingerprint.sha256())
        .param("model", model)
        .param("version", version)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }
}
