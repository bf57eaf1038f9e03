package dev.athanor.augmentation.stream;

import java.util.concurrent.Semaphore;

/// Memory for batches, shared by all makers: a batch is started when its bytes are free.
final class BytesInFlight {
  /// Semaphores count in ints.
  private static final int UNIT = 64 << 10;

  private final Semaphore free;

  BytesInFlight(long bytes) {
    this.free = new Semaphore(Math.toIntExact(bytes / UNIT), true);
  }

  /// Waits for memory, which closing the result gives back.
  Hold take(long bytes) throws InterruptedException {
    int units = Math.toIntExact(Math.ceilDiv(bytes, (long) UNIT));
    free.acquire(units);
    return () -> free.release(units);
  }

  interface Hold extends AutoCloseable {
    @Override
    void close();
  }
}
