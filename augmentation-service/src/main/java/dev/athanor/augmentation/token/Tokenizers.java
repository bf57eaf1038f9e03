package dev.athanor.augmentation.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.athanor.augmentation.dataset.Catalogue;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.token.TokenizerDocument.Progress;
import dev.athanor.augmentation.token.TokenizerDocument.Source;
import dev.athanor.augmentation.token.TokenizerDocument.Special;
import dev.athanor.augmentation.token.TokenizerDocument.State;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.platform.name.Names;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.preprocessing.tokenizer.ByteLevel;
import dev.athanor.preprocessing.tokenizer.BytePairTrainer;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.preprocessing.tokenizer.TokenizerException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// What callers may do with tokenizers. Every one that is not there is a 404 that names it.
@Component
public class Tokenizers {
  static final String BUCKET = "athanor-tokenizers";

  /// The built-in tokenizer's name.
  static final String BYTES = "bytes";

  private static final byte[] BYTES_FILE = ByteLevel.bytes();
  private static final String BYTES_SHA256 = Sha256.hex(BYTES_FILE);
  private static final int KEPT = 16;

  private final TokenizerRows rows;
  private final TokenIndexRows indexes;
  private final Catalogue catalogue;
  private final ObjectStore store;
  private final TokenProperties properties;
  private final Clock clock;
  private final IdSource ids;

  /// By SHA-256.
  private final Cache<String, Tokenizer> loaded = Caffeine.newBuilder().maximumSize(KEPT).build();

  Tokenizers(
      TokenizerRows rows,
      TokenIndexRows indexes,
      Catalogue catalogue,
      ObjectStore store,
      TokenProperties properties,
      Clock clock,
      IdSource ids) {
    this.rows = rows;
    this.indexes = indexes;
    this.catalogue = catalogue;
    this.store = store;
    this.properties = properties;
    this.clock = clock;
    this.ids = ids;
  }

  /// A tokenizer that can be used.
  ///
  /// @param sha256 of its file
  public record Opened(String name, String sha256, Tokenizer tokenizer) {}

  /// Where a tokenizer's file lies.
  static String key(String name, String sha256) {
    return name + "/" + sha256 + "/tokenizer.json";
  }

  /// Has a byte-level BPE tokenizer trained on the training split of a version of texts.
  ///
  /// @param vocabulary tokens it is to have
  /// @param key the caller's Idempotency-Key, if any; the same key with the same request gives the
  ///   same tokenizer again
  TokenizerDocument train(
      String name, String dataset, int version, int vocabulary, @Nullable String key) {
    checkNew(name);
    if (vocabulary < ByteLevel.BASE || vocabulary > BytePairTrainer.MOST_TOKENS) {
      throw Problem.badRequest(
          "vocabulary: %d (expected: %d to %d)"
              .formatted(vocabulary, ByteLevel.BASE, BytePairTrainer.MOST_TOKENS));
    }
    var fingerprint =
        Fingerprint.of(key, "%s %s %d %d".formatted(name, dataset, version, vocabulary));
    var before = rows.createdWith(fingerprint);
    if (before.isPresent()) {
      return before.get();
    }
    var manifest = catalogue.open(dataset, version).manifest();
    if (manifest.text() == null) {
      throw notText(manifest);
    }
    long bytes = Math.min(manifest.text().train(), properties.trainSize().toBytes());
    boolean added =
        rows.addTraining(
            ids.next(), name, dataset, version, vocabulary, bytes, fingerprint, clock.instant());
    if (!added) {
      return rows.createdWith(fingerprint).orElseThrow(() -> taken(name));
    }
    return find(name);
  }

  /// Keeps a caller's `tokenizer.json`. Sent again it changes nothing.
  TokenizerDocument upload(String name, byte[] file) {
    checkNew(name);
    var tokenizer = load(file);
    var sha256 = Sha256.hex(file);
    var known = rows.find(name);
    if (known.isEmpty()) {
      store.put(BUCKET, key(name, sha256), file);
      rows.addUploaded(
          ids.next(), name, tokenizer.vocabulary(), sha256, Special.of(tokenizer), clock.instant());
      known = rows.find(name);
    }
    // Of two callers with different files one was first, and the other's file is nobody's.
    var kept = known.orElseThrow(() -> taken(name));
    if (!sha256.equals(kept.sha256())) {
      store.delete(BUCKET, key(name, sha256));
      throw taken(name);
    }
    return kept;
  }

  TokenizerDocument find(String name) {
    return name.equals(BYTES)
        ? bytes()
        : rows.find(name)
            .orElseThrow(
                () ->
                    Problem.notFound(
                        "tokenizer: %s (expected: one of GET /v1/tokenizers)"
                            .formatted(Problem.quote(name))));
  }

  /// The tokenizers after a name, the built-in one among them.
  List<TokenizerDocument> list(String after, int limit) {
    var found = new ArrayList<>(rows.list(after, limit));
    if (BYTES.compareTo(after) > 0) {
      found.add(bytes());
      found.sort((a, b) -> a.name().compareTo(b.name()));
    }
    return found.size() > limit ? List.copyOf(found.subList(0, limit)) : List.copyOf(found);
  }

  /// The `tokenizer.json`'s bytes.
  byte[] file(String name) {
    return name.equals(BYTES) ? BYTES_FILE : store.get(BUCKET, key(name, readySha256(name)));
  }

  /// A tokenizer that is READY; any other state is a 409 that names it.
  public Opened open(String name) {
    var sha256 = name.equals(BYTES) ? BYTES_SHA256 : readySha256(name);
    return new Opened(
        name,
        sha256,
        Objects.requireNonNull(loaded.get(sha256, absent -> Tokenizer.load(file(name)))));
  }

  /// Removes one: its row first, so that nobody sees it half gone.
  void delete(String name) {
    if (name.equals(BYTES)) {
      throw Problem.conflict("tokenizer: bytes is built in (expected: another)");
    }
    var found = find(name);
    if (!rows.delete(name)) {
      throw Problem.conflict(
          "tokenizer: %s has token indexes of %s (expected: none; delete these dataset versions first)"
              .formatted(name, indexes.datasetsOf(name)));
    }
    if (found.sha256() != null) {
      store.delete(BUCKET, key(name, found.sha256()));
    }
  }

  static Problem notText(Manifest manifest) {
    return Problem.unprocessable(
        "dataset: %s version %d holds images (expected: texts)"
            .formatted(manifest.dataset(), manifest.version()));
  }

  private String readySha256(String name) {
    var found = find(name);
    if (found.state() != State.READY) {
      throw Problem.conflict(
          "tokenizer: %s is %s (expected: READY)".formatted(name, found.state()));
    }
    return Objects.requireNonNull(found.sha256());
  }

  private static Tokenizer load(byte[] file) {
    try {
      return Tokenizer.load(file);
    } catch (TokenizerException refused) {
      throw Refusal.problem(
          "file: ",
          refused,
          " (expected: a tokenizer.json that %s loads)".formatted(Tokenizer.library()));
    }
  }

  private static TokenizerDocument bytes() {
    return new TokenizerDocument(
        BYTES,
        Source.BUILT_IN,
        State.READY,
        null,
        null,
        null,
        ByteLevel.BASE,
        BYTES_SHA256,
        new Special(ByteLevel.BASE - 3, ByteLevel.BASE - 2, ByteLevel.BASE - 1),
        new Progress(0, 0, 0),
        null);
  }

  private static void checkNew(String name) {
    Names.check("name", name);
    if (name.equals(BYTES)) {
      throw taken(name);
    }
  }

  private static Problem taken(String name) {
    return Problem.conflict(
        "name: a tokenizer %s exists (expected: a new name)".formatted(Problem.quote(name)));
  }
}
