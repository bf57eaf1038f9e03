package dev.athanor.augmentation.shard;

import java.util.Arrays;

/// The encoded images or texts of one chunk, in memory, without the archive around them.
final class Chunk {
  private final byte[] samples;

  /// Where each image starts in `samples`, and last where the last one ends.
  private final int[] starts;

  private Chunk(byte[] samples, int[] starts) {
    this.samples = samples;
    this.starts = starts;
  }

  /// @param bytes holds the chunk from `from` on
  static Chunk of(StoredSplit.ChunkRange range, byte[] bytes, int from) {
    var starts = new int[range.samples() + 1];
    for (int i = 0; i < range.samples(); i++) {
      starts[i + 1] = Math.addExact(starts[i], range.shard().sizes()[range.first() + i]);
    }
    var samples = new byte[starts[range.samples()]];
    for (int i = 0; i < range.samples(); i++) {
      long offset = range.shard().offsets()[range.first() + i] - range.offset();
      System.arraycopy(
          bytes, Math.toIntExact(from + offset), samples, starts[i], starts[i + 1] - starts[i]);
    }
    return new Chunk(samples, starts);
  }

  byte[] sample(int place) {
    return Arrays.copyOfRange(samples, starts[place], starts[place + 1]);
  }

  long bytes() {
    return samples.length + 4L * starts.length;
  }
}
