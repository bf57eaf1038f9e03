package dev.athanor.augmentation.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/// Reads samples out of shards. Chunks that are wanted soon are read ahead into a bounded cache,
/// and those that lie side by side with one range read; a sample whose chunk is not there is read
/// by itself. So whatever the samples' sizes a thread holds one of them, or one range read, beside
/// the cache. Safe for many threads.
public final class SampleReader {
  /// The most that one range read fetches ahead. Samples of a larger chunk are large enough
  /// themselves to be read one by one.
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

  /// Brings chunks of a split into memory, except those that are too large for one range read.
  ///
  /// @param numbers of chunks, in any order, repeated or not
  /// @return false where they would push each other out; then none is read
  public boolean readAhead(StoredSplit split, LongStream numbers) {
    var chunks =
        numbers
            .sorted()
            .distinct()
            .mapToObj(split::chunkRange)
            .filter(chunk -> chunk.bytes() <= LARGEST_READ)
            .toList();
    if (2 * chunks.stream().mapToLong(StoredSplit.ChunkRange::bytes).sum() > capacity) {
      return false;
    }
    asked.add(chunks.size());
    for (int from = 0; from < chunks.size(); ) {
      int to = endOfRun(chunks, from);
      bring(chunks.subList(from, to));
      from = to;
    }
    return true;
  }

  /// A sample as stored: an image file, or UTF-8.
  public byte[] sample(StoredSplit split, long sample) {
    var chunk = cache.peek(split.chunkRange(sample / split.chunk()).key());
    if (chunk != null) {
      return chunk.sample((int) (sample % split.chunk()));
    }
    var range = split.sampleRange(sample);
    return fetch(range.object(), range.offset(), range.bytes());
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

  /// Returns when all chunks of a run have come, some of them perhaps by another thread.
  private void bring(List<StoredSplit.ChunkRange> run) {
    var keys = run.stream().map(StoredSplit.ChunkRange::key).toList();
    cache
        .get(
            keys,
            missing ->
                fetchAll(run.stream().filter(chunk -> missing.contains(chunk.key())).toList()))
        .forEach(SampleReader::await);
  }

  private List<Chunk> fetchAll(List<StoredSplit.ChunkRange> missing) {
    missed.add(missing.size());
    var chunks = new ArrayList<Chunk>(missing.size());
    for (int from = 0; from < missing.size(); ) {
      int to = endOfRun(missing, from);
      fetchRun(missing.subList(from, to), chunks);
      from = to;
    }
    return chunks;
  }

  private void fetchRun(List<StoredSplit.ChunkRange> run, List<Chunk> chunks) {
    var first = run.getFirst();
    int length = Math.toIntExact(run.getLast().end() - first.offset());
    var bytes = fetch(first.key().object(), first.offset(), length);
    for (var range : run) {
      chunks.add(Chunk.of(range, bytes, Math.toIntExact(range.offset() - first.offset())));
    }
  }

  private byte[] fetch(String object, long offset, int length) {
    var bytes = source.read(object, offset, length);
    bytesRead.add(length);
    return bytes;
  }

  private static void await(CompletableFuture<Chunk> chunk) {
    try {
      chunk.join();
    } catch (CompletionException failure) {
      throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
    }
  }
}
