package dev.athanor.augmentation.token;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Objects of little-endian numbers, read in pages through a cache that is bounded by its bytes. A
/// page is loaded by one thread at a time. Safe for many threads.
final class Pages {
  static final int PAGE = 256 << 10;

  private final Source source;
  private final LoadingCache<Place, byte[]> cache;

  /// Where objects are.
  @FunctionalInterface
  interface Source {
    /// Bytes `[offset, offset + length)` of an object.
    byte[] read(String key, long offset, int length);
  }

  /// An object and its size.
  record Numbers(String key, long bytes) {}

  private record Place(Numbers object, long page) {}

  /// @param capacity bytes of pages that are kept
  Pages(Source source, long capacity) {
    this.source = source;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(capacity)
            .weigher((Place place, byte[] page) -> page.length)
            .build(this::load);
  }

  /// Bytes `[offset, offset + length)` of an object, ready to be read as numbers.
  ByteBuffer read(Numbers object, long offset, int length) {
    if (offset < 0 || offset + length > object.bytes()) {
      throw new IndexOutOfBoundsException(
          "%s: bytes %d to %d (expected: within %d)"
              .formatted(object.key(), offset, offset + length, object.bytes()));
    }
    var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      long at = offset + bytes.position();
      var page = cache.get(new Place(object, at / PAGE));
      int from = (int) (at % PAGE);
      bytes.put(page, from, Math.min(page.length - from, bytes.remaining()));
    }
    return bytes.flip();
  }

  private byte[] load(Place place) {
    long from = place.page() * PAGE;
    int length = (int) Math.min(PAGE, place.object().bytes() - from);
    return source.read(place.object().key(), from, length);
  }
}
