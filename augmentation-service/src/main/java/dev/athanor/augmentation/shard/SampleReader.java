package dev.athanor.augmentation.shard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/// Reads samples out of shards, whole chunks at a time through a bounded cache. Chunks that are
/// wanted together and lie side by side are fetched with one range read. Safe for many threads.
public final class SampleReader {
  /// The most that one range read fetches, unless a single chunk is larger.
  private static final long LARGEST_READ = 8 << 20;

  private final Source source;
  private final long capacity;
  private final ChunkCache cache;
  private final LongAdder asked = new LongAdder();
  private final LongAdder missed = new LongAdder();
  private final LongAdder bytesRead = new LongAdder();

  /// Where shards are.
  @FunctionalInterface
  public interface Source {
    /// Bytes `[offset, offset + length)` of an object.
    byte[] read(String key, long offset, int length);
  }

  /// @param capacity bytes of chunks that are kept
  public SampleReader(Source source, long capacity) {
    this.source = source;
    this.capacity = capacity;
    this.cache = new ChunkCache(capacity);
  }

  /// Brings chunks of a split into memory and holds them as long as the result is held.
  ///
  /// @param numbers of chunks, in any order, repeated or not
  public Samples read(StoredSplit split, LongStream numbers) {
    var ranges = new HashMap<ChunkCache.Key, StoredSplit.ChunkRange>();
    var order = numbers.sorted().distinct().toArray();
    var keys = new ArrayList<ChunkCache.Key>(order.length);
    for (long number : order) {
      var range = split.chunkRange(number);
      ranges.put(range.key(), range);
      keys.add(range.key());
    }
    asked.add(keys.size());
    var found = cache.get(keys, missing -> fetch(missing.stream().map(ranges::get).toList()));
    var chunks = new HashMap<Long, Chunk>();
    for (int i = 0; i < order.length; i++) {
      chunks.put(order[i], await(found.get(i)));
    }
    return new Samples(split.chunk(), chunks);
  }

  /// Whether these chunks together may be read ahead without pushing each other out.
  public boolean holds(StoredSplit split, long[] numbers) {
    long bytes = 0;
    for (long number : numbers) {
      bytes += split.chunkRange(number).bytes();
    }
    return 2 * bytes <= capacity;
  }

  /// Chunks asked for since the start.
  public long asked() {
    return asked.sum();
  }

  /// Of those, the ones that had to be fetched.
  public long missed() {
    return missed.sum();
  }

  /// Bytes fetched from the object store since the start.
  public long bytesRead() {
    return bytesRead.sum();
  }

  public long bytesCached() {
    return cache.bytes();
  }

  /// Encoded images or texts in memory.
  public static final class Samples {
    private final int chunk;
    private final Map<Long, Chunk> chunks;

    private Samples(int chunk, Map<Long, Chunk> chunks) {
      this.chunk = chunk;
      this.chunks = chunks;
    }

    /// A sample as stored: JPEG, PNG or UTF-8.
    public byte[] sample(long sample) {
      var held = chunks.get(sample / chunk);
      if (held == null) {
        throw new IllegalArgumentException(
            "sample: %d (expected: of a chunk read)".formatted(sample));
      }
      return held.sample((int) (sample % chunk));
    }
  }

  private List<Chunk> fetch(List<StoredSplit.ChunkRange> wanted) {
    missed.add(wanted.size());
    var fetched = new HashMap<ChunkCache.Key, Chunk>();
    var sorted =
        wanted.stream()
            .sorted(
                Comparator.comparing((StoredSplit.ChunkRange range) -> range.key().object())
                    .thenComparing(StoredSplit.ChunkRange::offset))
            .toList();
    for (int from = 0; from < sorted.size(); ) {
      int to = endOfRun(sorted, from);
      fetchRun(sorted.subList(from, to), fetched);
      from = to;
    }
    return wanted.stream().map(range -> fetched.get(range.key())).toList();
  }

  /// The end of the longest run of neighbours from `from` on that one read may fetch.
  private static int endOfRun(List<StoredSplit.ChunkRange> sorted, int from) {
    var first = sorted.get(from);
    int to = from + 1;
    while (to < sorted.size()
        && sorted.get(to).key().object().equals(first.key().object())
        && sorted.get(to).offset() == sorted.get(to - 1).end()
        && sorted.get(to).end() - first.offset() <= LARGEST_READ) {
      to++;
    }
    return to;
  }

  private void fetchRun(List<StoredSplit.ChunkRange> run, Map<ChunkCache.Key, Chunk> fetched) {
    var first = run.getFirst();
    int length = Math.toIntExact(run.getLast().end() - first.offset());
    var bytes = source.read(first.key().object(), first.offset(), length);
    bytesRead.add(length);
    for (var range : run) {
      fetched.put(
          range.key(), Chunk.of(range, bytes, Math.toIntExact(range.offset() - first.offset())));
    }
  }

  private static Chunk await(CompletableFuture<Chunk> chunk) {
    try {
      return chunk.join();
    } catch (CompletionException failure) {
      throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
    }
  }
}
