package dev.athanor.embedding.job;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.ShardWriter;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// Dataset versions in the object store, written by the augmentation-service's own writer.
final class Datasets {
  /// Small, so that a version has several.
  private static final long SHARD_BYTES = 200_000;

  private Datasets() {}

  /// Images with labels 0, 1, 2, 0, … of which every fifth has none.
  static void write(
      ObjectStore store,
      Path folder,
      String name,
      int version,
      List<byte[]> train,
      List<byte[]> test)
      throws IOException {
    try (var writer = writer(store, folder, name, version)) {
      for (int i = 0; i < train.size(); i++) {
        writer.add(Split.TRAIN, train.get(i), "png", label(i));
      }
      for (int i = 0; i < test.size(); i++) {
        writer.add(Split.TEST, test.get(i), "png", label(i));
      }
      describe(store, name, version, Manifest.Kind.IMAGE, train.size(), test.size(), writer);
    }
  }

  /// Texts without labels.
  static void writeTexts(
      ObjectStore store, Path folder, String name, int version, List<String> texts)
      throws IOException {
    try (var writer = writer(store, folder, name, version)) {
      for (var text : texts) {
        writer.add(Split.TRAIN, text.getBytes(StandardCharsets.UTF_8), "txt", -1);
      }
      describe(store, name, version, Manifest.Kind.TEXT, texts.size(), 0, writer);
    }
  }

  private static ShardWriter writer(ObjectStore store, Path folder, String name, int version) {
    store.ensureBucket(Manifest.BUCKET);
    var prefix = Manifest.prefix(name, version);
    return new ShardWriter(
        (file, content, bytes) -> store.put(Manifest.BUCKET, prefix + file, content, bytes),
        folder.resolve("shards"),
        SHARD_BYTES);
  }

  private static void describe(
      ObjectStore store,
      String name,
      int version,
      Manifest.Kind kind,
      int train,
      int test,
      ShardWriter writer)
      throws IOException {
    var shards = writer.finish();
    boolean images = kind == Manifest.Kind.IMAGE;
    var manifest =
        new Manifest(
            name,
            version,
            "test",
            kind,
            List.of("a", "b", "c"),
            images ? new Manifest.ImageShape(32, 32, 3) : null,
            images ? null : new Manifest.TextSize(1, 0),
            List.of(0.5, 0.5, 0.5),
            List.of(0.2, 0.2, 0.2),
            ShardWriter.CHUNK,
            64,
            new Manifest.Splits(
                new Manifest.SplitSize(train, train), new Manifest.SplitSize(test, test)),
            shards.stream().mapToLong(shard -> shard.bytes()).sum(),
            shards);
    store.put(
        Manifest.BUCKET,
        Manifest.prefix(name, version) + Manifest.FILE,
        JsonMapper.shared().writeValueAsBytes(manifest));
  }

  static int label(int sample) {
    return sample % 5 == 4 ? -1 : sample % 3;
  }
}
