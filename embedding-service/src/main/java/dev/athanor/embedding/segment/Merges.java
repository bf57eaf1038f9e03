package dev.athanor.embedding.segment;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeScheduler;
import org.apache.lucene.index.MergeTrigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Merges segments of all indexes on one thread, one at a time: a merge builds a graph in memory
/// and keeps a core busy, and nobody waits for it.
public final class Merges implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Merges.class);

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform()
              .name("merge-segments")
              .daemon(true)
              .priority(Thread.MIN_PRIORITY)
              .factory());

  /// For one writer.
  MergeScheduler scheduler() {
    return new MergeScheduler() {
      @Override
      public void merge(MergeSource source, MergeTrigger trigger) {
        if (source.hasPendingMerges()) {
          thread.execute(() -> mergeAll(source));
        }
      }

      @Override
      public void close() {
        // The writer aborts its own merges; the thread is everybody's.
      }
    };
  }

  private static void mergeAll(MergeScheduler.MergeSource source) {
    try {
      for (var merge = source.getNextMerge(); merge != null; merge = source.getNextMerge()) {
        source.merge(merge);
      }
    } catch (MergePolicy.MergeAbortedException closing) {
      log.debug("a merge was given up, its index was closed");
    } catch (IOException | RuntimeException failure) {
      log.warn("segments could not be merged and stay as they are", failure);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
