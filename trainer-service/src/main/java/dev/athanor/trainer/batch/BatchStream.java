package dev.athanor.trainer.batch;

import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.training.BatchSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The batches of one stream, in order, as the training thread sees them. Read by one thread.
public final class BatchStream implements BatchSource, AutoCloseable {
  private static final long LOOK_UP_MS = 100;

  private final BlockingQueue<Stream.Arrival> arrivals = new LinkedBlockingQueue<>();
  private final Mailbox mailbox;
  private final String name;
  private final Runnable guard;
  private volatile @Nullable RuntimeException failure;
  private Stream.@Nullable Arrival peeked;
  private long nextIndex;

  /// @param guard called while waiting; throws where waiting makes no sense any more
  BatchStream(Mailbox mailbox, StreamSpec spec, Runnable guard) {
    this.mailbox = mailbox;
    this.name = spec.name();
    this.guard = guard;
    this.nextIndex = spec.firstIndex();
  }

  /// Waits for batch `index`, which must be the one after the last.
  ///
  /// @throws BatchFailure where it cannot be had
  @Override
  public Batch batch(long index) throws InterruptedException {
    if (index != nextIndex) {
      throw new IllegalArgumentException(
          "batch: %d (expected: %d, the next)".formatted(index, nextIndex));
    }
    var arrival = peek();
    peeked = null;
    nextIndex++;
    mailbox.used(name);
    return arrival.batch();
  }

  /// The augmenter build that made the next batch; waits for it.
  public String build() throws InterruptedException {
    return peek().build();
  }

  private Stream.Arrival peek() throws InterruptedException {
    while (peeked == null) {
      guard.run();
      mailbox.checkAlive();
      if (failure != null) {
        throw failure;
      }
      peeked = arrivals.poll(LOOK_UP_MS, TimeUnit.MILLISECONDS);
    }
    return peeked;
  }

  void deliver(Stream.Arrival arrival) {
    arrivals.add(arrival);
  }

  void fail(RuntimeException why) {
    failure = why;
  }

  /// What is still on its way is dropped when it comes.
  @Override
  public void close() {
    mailbox.close(name);
  }
}
