package dev.athanor.augmentation.shard;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Writes a dataset version's samples into shards and sends each on when it is full. One thread's.
///
/// A shard holds samples of one split. It is full with the chunk that reaches the wanted size, so
/// that every shard of a split but the last holds whole chunks only, and chunk `k` of a split holds
/// its samples `64 k` to `64 k + 63`.
public final class ShardWriter implements Closeable {
  /// Samples in a chunk.
  public static final int CHUNK = 64;

  private final Destination destination;
  private final Path folder;
  private final long shardBytes;
  private final Map<Split, OpenShard> open = new EnumMap<>(Split.class);
  private final Map<Split, Long> written = new EnumMap<>(Split.class);
  private final List<Shard> shards = new ArrayList<>();

  /// Where full shards go.
  @FunctionalInterface
  public interface Destination {
    void put(String name, InputStream content, long bytes);
  }

  /// @param folder where shards lie while they are written
  /// @param shardBytes at which a shard is full
  public ShardWriter(Destination destination, Path folder, long shardBytes) {
    this.destination = destination;
    this.folder = folder;
    this.shardBytes = shardBytes;
  }

  /// Appends the split's next sample.
  ///
  /// @param extension of an image's format, or `txt`
  /// @param label the class number, -1 for none
  public void add(Split split, byte[] encoded, String extension, int label) throws IOException {
    var shard = open.get(split);
    if (shard == null) {
      shard = new OpenShard(split);
      open.put(split, shard);
    }
    long index = written.merge(split, 1L, Long::sum) - 1;
    shard.add(index, encoded, extension, label);
    if (shard.isFull()) {
      open.remove(split);
      send(shard);
    }
  }

  /// Sends what is still open and returns all shards, those of the training split first.
  public List<Shard> finish() throws IOException {
    for (var split : Split.values()) {
      var shard = open.remove(split);
      if (shard != null) {
        send(shard);
      }
    }
    return shards.stream().sorted((a, b) -> a.split().compareTo(b.split())).toList();
  }

  /// Drops what was not sent.
  @Override
  public void close() throws IOException {
    for (var shard : open.values()) {
      shard.file.close();
    }
    open.clear();
  }

  private void send(OpenShard shard) throws IOException {
    try (var file = shard.file) {
      var name = "shard-%05d.tar".formatted(shards.size());
      var sealed = shard.seal(name);
      try (var stream = file.open()) {
        destination.put(name, stream, sealed.bytes());
      }
      shards.add(sealed);
    }
  }

  private final class OpenShard {
    private final Split split;
    private final ShardFile file;
    private final Longs chunks = new Longs();
    private final Longs offsets = new Longs();
    private final Longs sizes = new Longs();
    private final Longs labels = new Longs();

    OpenShard(Split split) throws IOException {
      this.split = split;
      Files.createDirectories(folder);
      this.file = new ShardFile(Files.createTempFile(folder, "shard-", ".tar"));
    }

    void add(long index, byte[] encoded, String extension, int label) throws IOException {
      if (offsets.size() % CHUNK == 0) {
        chunks.add(file.bytes());
      }
      var key = "%06d".formatted(index);
      offsets.add(file.append(key + "." + extension, encoded));
      if (label >= 0) {
        file.append(key + ".cls", Integer.toString(label).getBytes(StandardCharsets.US_ASCII));
      }
      sizes.add(encoded.length);
      labels.add(label);
    }

    boolean isFull() {
      return offsets.size() % CHUNK == 0 && file.bytes() >= shardBytes;
    }

    Shard seal(String name) throws IOException {
      chunks.add(file.bytes());
      file.finish();
      return new Shard(
          name,
          split,
          file.bytes(),
          file.sha256(),
          chunks.toLongs(),
          offsets.toLongs(),
          sizes.toInts(),
          labels.toInts());
    }
  }
}
