package dev.athanor.embedding.dataset;

import dev.athanor.platform.store.ObjectStore;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;

/// Samples in their order. One range of a shard is in memory at a time.
public final class SampleStream {
  /// The most that one read fetches, unless a single sample is larger.
  private static final long LARGEST_READ = 8 << 20;

  private final ObjectStore store;
  private final String prefix;
  private final List<StoredDataset.Place> places;
  private final long to;
  private long next;
  private int place;
  private byte[] range = new byte[0];
  private long rangeStart;

  /// The first sample that is not in the range, by its number in the shard, and whose shard it is.
  private int rangeEnd;

  private int rangePlace = -1;

  SampleStream(
      ObjectStore store, String prefix, List<StoredDataset.Place> places, long from, long to) {
    this.store = store;
    this.prefix = prefix;
    this.places = places;
    this.next = from;
    this.to = to;
  }

  public boolean hasNext() {
    return next < to;
  }

  public Sample next() {
    if (!hasNext()) {
      throw new NoSuchElementException("sample: %d (expected: < %d)".formatted(next, to));
    }
    while (next >= places.get(place).first() + places.get(place).shard().offsets().length) {
      place++;
    }
    var at = places.get(place);
    var shard = at.shard();
    int index = Math.toIntExact(next - at.first());
    if (rangePlace != place || index >= rangeEnd) {
      fetch(shard, index);
    }
    int start = Math.toIntExact(shard.offsets()[index] - rangeStart);
    int label = shard.labels()[index];
    next++;
    return new Sample(
        "%s/%06d".formatted(shard.split(), at.firstInSplit() + index),
        shard.split(),
        label < 0 ? null : label,
        Arrays.copyOfRange(range, start, start + shard.sizes()[index]));
  }

  private void fetch(StoredManifest.Shard shard, int index) {
    long start = shard.offsets()[index];
    int end = index + 1;
    // Nothing behind the last sample that is wanted.
    long most = Math.min(shard.offsets().length, index + (to - next));
    while (end < most && end(shard, end) - start <= LARGEST_READ) {
      end++;
    }
    range =
        store.get(
            StoredDataset.BUCKET,
            prefix + shard.name(),
            start,
            Math.toIntExact(end(shard, end - 1) - start));
    rangeStart = start;
    rangeEnd = end;
    rangePlace = place;
  }

  private static long end(StoredManifest.Shard shard, int index) {
    return shard.offsets()[index] + shard.sizes()[index];
  }
}
