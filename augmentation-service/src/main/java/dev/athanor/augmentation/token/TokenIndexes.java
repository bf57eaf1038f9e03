package dev.athanor.augmentation.token;

import dev.athanor.augmentation.dataset.Catalogue;
import dev.athanor.augmentation.dataset.ReadyDataset;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.token.TokenIndexDocument.State;
import dev.athanor.contracts.batch.TokenizerReference;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.platform.store.ObjectStore;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;

/// Token indexes of dataset versions: has them built, tells of them, opens them.
@Component
public class TokenIndexes {
  private final TokenIndexRows rows;
  private final Tokenizers tokenizers;
  private final Catalogue catalogue;
  private final Clock clock;
  private final IdSource ids;
  private final Pages pages;

  TokenIndexes(
      TokenIndexRows rows,
      Tokenizers tokenizers,
      Catalogue catalogue,
      ObjectStore store,
      TokenProperties properties,
      Clock clock,
      IdSource ids) {
    this.rows = rows;
    this.tokenizers = tokenizers;
    this.catalogue = catalogue;
    this.clock = clock;
    this.ids = ids;
    this.pages =
        new Pages(
            (key, offset, length) -> store.get(Manifest.BUCKET, key, offset, length),
            properties.cacheSize().toBytes());
  }

  /// Has the index built where it is not there. Asked for again it changes nothing.
  TokenIndexDocument build(String dataset, int version, String name) {
    var manifest = catalogue.open(dataset, version).manifest();
    if (manifest.text() == null) {
      throw Tokenizers.notText(manifest);
    }
    var tokenizer = tokenizers.open(name);
    if (tokenizer.tokenizer().endOfText() == null) {
      throw Problem.unprocessable(
          "tokenizer: %s has no token that ends a text (expected: <|endoftext|>, </s>, [SEP] or another usual one among its added tokens)"
              .formatted(name));
    }
    long bytes = manifest.text().train() + manifest.text().test();
    rows.add(ids.next(), dataset, version, tokenizer, bytes, clock.instant());
    return find(dataset, version, name);
  }

  TokenIndexDocument find(String dataset, int version, String tokenizer) {
    catalogue.open(dataset, version);
    return rows.find(dataset, version, tokenizer)
        .orElseThrow(() -> missing(dataset, version, tokenizer, Kind.NOT_FOUND))
        .document();
  }

  List<TokenIndexDocument> list(String dataset, int version) {
    catalogue.open(dataset, version);
    return rows.list(dataset, version);
  }

  /// The index that a view names. One that is not READY is a conflict, one by another file is
  /// unprocessable.
  public TokenIndex open(ReadyDataset dataset, TokenizerReference reference) {
    var index = open(dataset, reference.getName());
    var sha256 = tokenizers.open(reference.getName()).sha256();
    if (!reference.getSha256().equals(sha256)) {
      throw Problem.unprocessable(
          "tokenizer.sha256: %s (expected: %s, that of %s)"
              .formatted(
                  Problem.quote(reference.getSha256()),
                  sha256,
                  Problem.quote(reference.getName())));
    }
    return index;
  }

  /// The index by the tokenizer that has this name now.
  public TokenIndex open(ReadyDataset dataset, String name) {
    var manifest = dataset.manifest();
    var found = rows.find(manifest.dataset(), manifest.version(), name);
    if (found.isEmpty() || found.get().document().state() != State.READY) {
      throw missing(manifest.dataset(), manifest.version(), name, Kind.CONFLICT);
    }
    var tokenizer = tokenizers.open(name);
    if (!tokenizer.sha256().equals(found.get().document().sha256())) {
      throw missing(manifest.dataset(), manifest.version(), name, Kind.CONFLICT);
    }
    var summary = Objects.requireNonNull(found.get().summary());
    return new TokenIndex(
        tokenizer.tokenizer(),
        new TokenSplit(pages, summary.prefix(), "train", summary.splits().train()),
        new TokenSplit(pages, summary.prefix(), "test", summary.splits().test()));
  }

  private static Problem missing(String dataset, int version, String tokenizer, Kind kind) {
    return Problem.of(
        kind,
        "tokens: %s version %d has none by tokenizer %s that are READY (expected: made by POST /v1/datasets/%s/versions/%d/tokens)"
            .formatted(dataset, version, Problem.quote(tokenizer), dataset, version));
  }
}
