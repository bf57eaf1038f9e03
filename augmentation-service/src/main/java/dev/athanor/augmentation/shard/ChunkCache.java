package dev.athanor.augmentation.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Chunks in memory, bounded by their bytes, the least recently used dropped first. Each chunk is
/// loaded by one thread at a time: who finds it missing loads it, and others wait for that. Safe
/// for many threads.
///
/// The bound is on what is kept: chunks that a reader still holds after they were dropped do not
/// count.
final class ChunkCache {
  /// @param object the shard's key in the object store
  /// @param offset of the chunk in it
  record Key(String object, long offset) {}

  private final long capacity;
  private final Map<Key, CompletableFuture<Chunk>> chunks = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  ChunkCache(long capacity) {
    this.capacity = capacity;
  }

  /// The chunks of `keys`, in their order, some of them perhaps still on their way to another
  /// caller.
  ///
  /// @param load called at most once, with the keys that nobody has or is loading; returns their
  ///   chunks in the same order
  List<CompletableFuture<Chunk>> get(List<Key> keys, Function<List<Key>, List<Chunk>> load) {
    var found = new ArrayList<CompletableFuture<Chunk>>(keys.size());
    var missing = new LinkedHashMap<Key, CompletableFuture<Chunk>>();
    synchronized (this) {
      for (var key : keys) {
        var chunk = chunks.get(key);
        if (chunk == null) {
          chunk = new CompletableFuture<>();
          chunks.put(key, chunk);
          missing.put(key, chunk);
        }
        found.add(chunk);
      }
    }
    if (!missing.isEmpty()) {
      load(missing, load);
    }
    return found;
  }

  /// A chunk that is in memory now; null where it is not.
  synchronized @Nullable Chunk peek(Key key) {
    var chunk = chunks.get(key);
    return chunk != null && chunk.isDone() ? chunk.resultNow() : null;
  }

  synchronized long bytes() {
    return bytes;
  }

  private void load(
      Map<Key, CompletableFuture<Chunk>> missing, Function<List<Key>, List<Chunk>> load) {
    List<Chunk> loaded;
    try {
      loaded = load.apply(List.copyOf(missing.keySet()));
    } catch (RuntimeException | Error failure) {
      forget(missing, failure);
      throw failure;
    }
    keep(missing, loaded);
  }

  private synchronized void forget(Map<Key, CompletableFuture<Chunk>> missing, Throwable failure) {
    missing.forEach(
        (key, chunk) -> {
          chunks.remove(key);
          chunk.completeExceptionally(failure);
        });
  }

  private synchronized void keep(Map<Key, CompletableFuture<Chunk>> missing, List<Chunk> loaded) {
    var next = loaded.iterator();
    for (var chunk : missing.values()) {
      var content = next.next();
      bytes += content.bytes();
      chunk.complete(content);
    }
    for (var oldest = chunks.values().iterator(); bytes > capacity && oldest.hasNext(); ) {
      var chunk = oldest.next();
      if (chunk.isDone()) {
        bytes -= chunk.resultNow().bytes();
        oldest.remove();
      }
    }
  }
}
