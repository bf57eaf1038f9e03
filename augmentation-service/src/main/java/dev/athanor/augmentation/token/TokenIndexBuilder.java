package dev.athanor.augmentation.token;

import dev.athanor.augmentation.dataset.ReadyDataset;
import dev.athanor.augmentation.lease.Lease;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.SampleReader;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.augmentation.token.TokenIndexDocument.SplitTokens;
import dev.athanor.augmentation.token.TokenIndexDocument.Splits;
import dev.athanor.augmentation.token.TokenIndexDocument.Summary;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/// Tokenises a dataset version and stores what comes out. The objects depend on the version, the
/// tokenizer's file and the library alone, so that two builders write the same bytes.
///
/// @param folder where files lie while they are written
record TokenIndexBuilder(SampleReader reader, ObjectStore store, Path folder) {

  Summary build(ReadyDataset dataset, Tokenizers.Opened tokenizer, Lease lease) throws IOException {
    var prefix = prefix(dataset.manifest(), tokenizer);
    lease.writing();
    return new Summary(
        prefix,
        new Splits(
            build(dataset, Split.TRAIN, prefix, tokenizer.tokenizer(), lease),
            build(dataset, Split.TEST, prefix, tokenizer.tokenizer(), lease)));
  }

  /// Beside the version's shards, apart for each file and library.
  private static String prefix(Manifest manifest, Tokenizers.Opened tokenizer) {
    var key = tokenizer.sha256() + " " + Tokenizer.library();
    return "%stokens/%s/"
        .formatted(
            Manifest.prefix(manifest.dataset(), manifest.version()),
            Sha256.hex(key).substring(0, 16));
  }

  private SplitTokens build(
      ReadyDataset dataset, Split split, String prefix, Tokenizer tokenizer, Lease lease)
      throws IOException {
    int endOfText = Objects.requireNonNull(tokenizer.endOfText());
    try (var ids = new NumberFile(folder);
        var starts = new NumberFile(folder)) {
      var counts = new Counts();
      starts.add(0L);
      new Documents(reader, dataset.split(split))
          .each(
              Long.MAX_VALUE,
              lease,
              (text, bytes) -> {
                var document = tokenizer.ids(text);
                for (int id : document) {
                  ids.add(id);
                }
                ids.add(endOfText);
                counts.documents++;
                counts.tokens += document.length + 1;
                counts.bytes += bytes;
                starts.add(counts.tokens);
              });
      lease.check();
      store.put(Manifest.BUCKET, TokenSplit.ids(prefix, split.word()), ids.finish());
      store.put(Manifest.BUCKET, TokenSplit.starts(prefix, split.word()), starts.finish());
      return new SplitTokens(counts.documents, counts.tokens, counts.bytes);
    }
  }

  private static final class Counts {
    private long documents;
    private long tokens;
    private long bytes;
  }
}
