package dev.athanor.trainer.batch;

import dev.athanor.contracts.batch.Batch;
import dev.athanor.trainer.time.Ticker;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One open stream: asks, assembles, and hands batches on in the order of their indices. Owned by
/// the mailbox's thread.
final class Stream {
  private static final Logger log = LoggerFactory.getLogger(Stream.class);

  private final StreamSpec spec;
  private final Requests requests;
  private final Assembler assembler;
  private final Consumer<Arrival> readers;
  private final TreeMap<Long, dev.athanor.learning.batch.Batch> early = new TreeMap<>();
  private Asker asker;
  private long nextToHandOn;

  /// @param readers gets each batch once, in order
  Stream(Asker asker, StreamSpec spec, Limits limits, Ticker ticker, Consumer<Arrival> readers) {
    this.asker = asker;
    this.spec = spec;
    this.requests = new Requests(spec, limits, asker.build() == null, ticker);
    this.assembler = new Assembler(spec);
    this.readers = readers;
    this.nextToHandOn = spec.firstIndex();
  }

  /// A whole batch and the augmenter build that made it.
  record Arrival(dev.athanor.learning.batch.Batch batch, String build) {}

  List<Requests.Ask> due() {
    return requests.due();
  }

  Asker asker() {
    return asker;
  }

  StreamSpec spec() {
    return spec;
  }

  /// Whether `part` answers a request of this stream: not that of another run, an older lease or
  /// another stream.
  boolean isFor(Batch part) {
    return part.getRunId().equals(asker.run())
        && part.getFence() == asker.fence()
        && part.getStream().equals(spec.name());
  }

  /// Takes a part; one that nobody waits for any more (a duplicate, a late answer) is dropped.
  ///
  /// @throws BatchFailure where an augmenter says that the batch cannot be made
  void accept(Batch part) {
    if (!requests.isWaiting(part.getIndex())) {
      return;
    }
    if (part.hasFailure()) {
      throw new BatchFailure(
          part.getFailure().getCode(),
          "batch %d of stream %s: %s"
              .formatted(part.getIndex(), spec.name(), part.getFailure().getMessage()));
    }
    checkBuild(part);
    try {
      assembler.add(part).ifPresent(batch -> arrived(part, batch));
    } catch (Spoilt spoilt) {
      log.warn(
          "run {}, stream {}, batch {}, attempt {}: {}; asking again",
          asker.run(),
          spec.name(),
          part.getIndex(),
          part.getAttempt(),
          spoilt.getMessage());
      requests.spoilt(part.getIndex());
    }
  }

  private void checkBuild(Batch part) {
    if (asker.build() != null && !asker.build().equals(part.getAugmenterBuild())) {
      throw new BatchFailure(
          "build-mismatch",
          "batch %d of stream %s was made by augmenter build %s (expected: %s, which made the run's first batch)"
              .formatted(part.getIndex(), spec.name(), part.getAugmenterBuild(), asker.build()));
    }
  }

  private void arrived(Batch lastPart, dev.athanor.learning.batch.Batch batch) {
    if (asker.build() == null) {
      asker = new Asker(asker.run(), asker.fence(), lastPart.getAugmenterBuild());
      requests.openUp();
    }
    requests.arrived(lastPart.getIndex());
    early.put(lastPart.getIndex(), batch);
    while (early.containsKey(nextToHandOn)) {
      readers.accept(
          new Arrival(
              Objects.requireNonNull(early.remove(nextToHandOn)), lastPart.getAugmenterBuild()));
      nextToHandOn++;
    }
  }

  void used() {
    requests.used();
  }

  long outstandingBytes() {
    return requests.outstandingBytes();
  }
}
