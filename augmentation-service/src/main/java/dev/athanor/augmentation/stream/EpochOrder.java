package dev.athanor.augmentation.stream;

/// In which order a training epoch visits the samples of a split: a two-level seeded permutation.
///
/// Chunks (runs of neighbouring samples in a shard) are permuted; consecutive permuted chunks form
/// a window; samples are permuted within their window. So an epoch is well mixed, and still whoever
/// makes its batches reads whole chunks, those of one window at a time. A split's last chunk, when
/// it is a partial one, joins the last window.
///
/// Everything is computed per index, in O(1) memory.
///
/// @param samples in the split, >= 1
/// @param chunk samples in a whole chunk
/// @param window the most chunks in a window
/// @param seed the run's
record EpochOrder(long samples, int chunk, int window, long seed) {
  /// Keep the permutations of chunks and of samples apart, whatever the seed.
  private static final long CHUNKS = 1;

  private static final long SAMPLES = 2;

  EpochOrder {
    if (samples < 1 || chunk < 1 || window < 1) {
      throw new IllegalArgumentException(
          "samples, chunk, window: %d, %d, %d (expected: >= 1)".formatted(samples, chunk, window));
    }
  }

  /// The sample that `epoch` visits at `position`, both in `[0, samples)`.
  long sample(long epoch, long position) {
    if (position < 0 || position >= samples) {
      throw new IndexOutOfBoundsException(
          "position: %d (expected: 0..%d)".formatted(position, samples - 1));
    }
    long within = window(position);
    long first = firstChunk(within);
    long end = firstChunk(within + 1);
    long size = within == windows() - 1 ? samples - first * chunk : (end - first) * chunk;
    long place =
        new Permutation(size, Mixing.hash(seed, epoch, SAMPLES, within))
            .at(position - first * chunk);
    if (place >= (end - first) * chunk) {
      return wholeChunks() * chunk + place - (end - first) * chunk;
    }
    long source =
        new Permutation(wholeChunks(), Mixing.hash(seed, epoch, CHUNKS)).at(first + place / chunk);
    return source * chunk + place % chunk;
  }

  /// The window that holds `position`.
  long window(long position) {
    long place = position / chunk;
    return place >= wholeChunks() ? windows() - 1 : ((place + 1) * windows() - 1) / wholeChunks();
  }

  long windows() {
    return Math.max(1, Math.ceilDiv(wholeChunks(), window));
  }

  /// The chunks, numbered in the split's order, that `epoch` reads for a window.
  long[] chunks(long epoch, long window) {
    int first = Math.toIntExact(firstChunk(window));
    int whole = Math.toIntExact(firstChunk(window + 1) - first);
    boolean tail = window == windows() - 1 && samples % chunk != 0;
    var chunks = new long[whole + (tail ? 1 : 0)];
    for (int i = 0; i < whole; i++) {
      chunks[i] =
          new Permutation(wholeChunks(), Mixing.hash(seed, epoch, CHUNKS)).at((long) first + i);
    }
    if (tail) {
      chunks[whole] = wholeChunks();
    }
    return chunks;
  }

  /// Windows share the chunks evenly, so that the last one is not a scrap that mixes badly.
  private long firstChunk(long window) {
    return window * wholeChunks() / windows();
  }

  private long wholeChunks() {
    return samples / chunk;
  }
}
