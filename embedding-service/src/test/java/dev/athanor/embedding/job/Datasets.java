package dev.athanor.embedding.job;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.ShardWriter;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
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
    store.ensureBucket(Manifest.BUCKET);
    var prefix = Manifest.prefix(name, version);
    try (var writer =
        new ShardWriter(
            (file, content, bytes) -> store.put(Manifest.BUCKET, prefix + file, content, bytes),
            folder.resolve("shards"),
            SHARD_BYTES)) {
      for (int i = 0; i < train.size(); i++) {
        writer.add(Split.TRAIN, train.get(i), "png", label(i));
      }
      for (int i = 0; i < test.size(); i++) {
        writer.add(Split.TEST, test.get(i), "png", label(i));
      }
      var shards = writer.finish();
      var manifest =
          new Manifest(
              name,
              version,
              "test",
              Manifest.Kind.IMAGE,
              List.of("a", "b", "c"),
              new Manifest.ImageShape(32, 32, 3),
              null,
              List.of(0.5, 0.5, 0.5),
              List.of(0.2, 0.2, 0.2),
              ShardWriter.CHUNK,
              64,
              new Manifest.Splits(
                  new Manifest.SplitSize(train.size(), train.size()),
                  new Manifest.SplitSize(test.size(), test.size())),
              shards.stream().mapToLong(shard -> shard.bytes()).sum(),
              shards);
      store.put(
          Manifest.BUCKET, prefix + Manifest.FILE, JsonMapper.shared().writeValueAsBytes(manifest));
    }
  }

  static int label(int sample) {
    return sample % 5 == 4 ? -1 : sample % 3;
  }
}
