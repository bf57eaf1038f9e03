package dev.athanor.augmentation.shard;

import java.util.List;

/// A split of a dataset version, with its samples and its chunks numbered from 0 across the shards.
public final class StoredSplit {
  private final String prefix;
  private final int chunk;
  private final List<Shard> shards;

  /// The number of each shard's first chunk, and last how many chunks there are.
  private final int[] firstChunks;

  private final long samples;

  private StoredSplit(String prefix, int chunk, List<Shard> shards) {
    this.prefix = prefix;
    this.chunk = chunk;
    this.shards = shards;
    this.firstChunks = new int[shards.size() + 1];
    long count = 0;
    for (int i = 0; i < shards.size(); i++) {
      firstChunks[i + 1] = firstChunks[i] + shards.get(i).chunkCount();
      count += shards.get(i).samples();
    }
    this.samples = count;
  }

  public static StoredSplit of(Manifest manifest, Split split) {
    return new StoredSplit(
        Manifest.prefix(manifest.dataset(), manifest.version()),
        manifest.chunk(),
        manifest.shards().stream().filter(shard -> shard.split() == split).toList());
  }

  public long samples() {
    return samples;
  }

  /// Samples in a whole chunk.
  public int chunk() {
    return chunk;
  }

  /// The class number of a sample, -1 where it has none.
  public int label(long sample) {
    var at = locate(sample);
    return at.shard.labels()[at.place];
  }

  /// Where a chunk's bytes are.
  ChunkRange chunkRange(long number) {
    int at = shardOfChunk(number);
    var shard = shards.get(at);
    int place = Math.toIntExact(number - firstChunks[at]);
    long from = shard.chunks()[place];
    return new ChunkRange(
        new ChunkCache.Key(prefix + shard.name(), from),
        shard.chunks()[place + 1] - from,
        shard,
        place * chunk,
        Math.min(chunk, shard.samples() - place * chunk));
  }

  /// Where a sample's bytes are.
  SampleRange sampleRange(long sample) {
    var at = locate(sample);
    return new SampleRange(
        prefix + at.shard.name(), at.shard.offsets()[at.place], at.shard.sizes()[at.place]);
  }

  private Place locate(long sample) {
    if (sample < 0 || sample >= samples) {
      throw new IndexOutOfBoundsException(
          "sample: %d (expected: 0..%d)".formatted(sample, samples - 1));
    }
    int at = shardOfChunk(sample / chunk);
    return new Place(shards.get(at), Math.toIntExact(sample - (long) firstChunks[at] * chunk));
  }

  private int shardOfChunk(long number) {
    int low = 0;
    int high = shards.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firstChunks[middle] <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private record Place(Shard shard, int place) {}

  /// A sample's place in the object store.
  record SampleRange(String object, long offset, int bytes) {}

  /// A chunk's place in the object store.
  ///
  /// @param first the chunk's first sample, counted within the shard
  record ChunkRange(ChunkCache.Key key, long bytes, Shard shard, int first, int samples) {
    long offset() {
      return key.offset();
    }

    long end() {
      return key.offset() + bytes;
    }
  }
}
