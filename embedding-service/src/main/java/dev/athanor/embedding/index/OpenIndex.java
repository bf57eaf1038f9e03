package dev.athanor.embedding.index;

import dev.athanor.embedding.segment.Change;
import dev.athanor.embedding.segment.Entry;
import dev.athanor.embedding.segment.LocalCopy;
import dev.athanor.embedding.segment.Merges;
import dev.athanor.embedding.segment.Searcher;
import dev.athanor.embedding.segment.SnapshotStore;
import dev.athanor.embedding.segment.VectorSpace;
import dev.athanor.embedding.segment.Workspace;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.platform.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// An index that this process works with. One thread writes: it takes all changes that wait, makes
/// one snapshot of them, and only then says so to all who sent them. So callers who come together
/// share the cost of a snapshot.
final class OpenIndex {
  private static final Logger log = LoggerFactory.getLogger(OpenIndex.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /// How long a search waits for another's fetch of the files that both need.
  private static final Duration FETCH_WAIT = Duration.ofSeconds(20);

  /// After this long without changes, segments that were merged meanwhile are written.
  private static final Duration QUIET = Duration.ofSeconds(2);

  private static final int MOST_TOGETHER = 64;

  private final String id;
  private final VectorSpace space;
  private final Parts parts;
  private final BlockingQueue<Waiting> queue;
  private final ReentrantLock changing = new ReentrantLock();
  private volatile @Nullable LocalCopy copy;
  private volatile boolean closed;
  private volatile boolean writing;

  /// Whether the copy's writer holds what no snapshot does. Under the lock.
  private boolean ahead;

  private @Nullable Thread writer;

  /// What all open indexes share.
  ///
  /// @param writers that may be at work together, each with a connection to the database
  record Parts(
      IndexRows rows,
      SnapshotStore snapshots,
      Workspace workspace,
      Merges merges,
      IdSource ids,
      Semaphore writers,
      IndexProperties bounds) {}

  private record Waiting(@Nullable Change change, CompletableFuture<Long> entries) {}

  OpenIndex(IndexRow row, Parts parts) {
    this.id = row.id();
    this.space = row.space();
    this.parts = parts;
    this.queue = new LinkedBlockingQueue<>(parts.bounds().pending());
  }

  /// Queues a change; the result is how many entries there were once it was safe.
  CompletableFuture<Long> submit(Change change) {
    var waiting = new Waiting(change, new CompletableFuture<>());
    if (closed) {
      throw closing();
    }
    if (!queue.offer(waiting)) {
      throw Problem.tooMany(
          "index: %d changes wait to be written (expected: fewer)"
              .formatted(parts.bounds().pending()),
          RETRY_AFTER);
    }
    startWriter();
    if (closed && queue.remove(waiting)) {
      throw closing();
    }
    return waiting.entries();
  }

  private synchronized void startWriter() {
    if (writer == null && !closed) {
      writer = Thread.ofPlatform().name("index " + id).daemon(true).start(this::write);
    }
  }

  /// The state that `row` names, or a newer one.
  Searcher searcher(IndexRow row) throws IOException {
    var now = copy;
    var found = now != null && now.generation() >= row.generation() ? now.searcher() : null;
    return found != null ? found : fetchedSearcher(row);
  }

  private Searcher fetchedSearcher(IndexRow row) throws IOException {
    try {
      if (!changing.tryLock(FETCH_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw Problem.tooMany(
            "index: its files have been on their way for %d s (expected: less)"
                .formatted(FETCH_WAIT.toSeconds()),
            RETRY_AFTER);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw Problem.of(Kind.UNAVAILABLE, "the service is stopping", stopping);
    }
    try {
      var now = copy;
      if (now == null || now.generation() < row.generation()) {
        now = fetch(row);
      }
      return Objects.requireNonNull(now.searcher());
    } finally {
      changing.unlock();
    }
  }

  /// Under the lock.
  private LocalCopy fetch(IndexRow row) throws IOException {
    if (closed) {
      throw Problem.unavailable("index: this instance has let it go (expected: another try)");
    }
    var before = copy;
    var next =
        LocalCopy.fetch(
            parts.snapshots(),
            id,
            space,
            row.manifest() == null ? null : parts.snapshots().read(row.manifest()),
            parts.merges(),
            parts.workspace().next(),
            before);
    copy = next;
    ahead = false;
    discard(before);
    return next;
  }

  /// On a thread of its own: a writer that is merging takes its time to stop.
  private static void discard(@Nullable LocalCopy old) {
    if (old != null) {
      Thread.startVirtualThread(old::discard);
    }
  }

  private void write() {
    while (!closed) {
      var group = new ArrayList<Waiting>();
      try {
        var first = queue.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          group.add(first);
          queue.drainTo(group, MOST_TOGETHER - 1);
        }
      } catch (InterruptedException unexpected) {
        log.warn("{}: interrupted, going on", id);
      }
      group.removeIf(waiting -> waiting.change() == null);
      writing = true;
      if (!closed && (!group.isEmpty() || hasMerged())) {
        round(group);
      } else {
        failAll(group, closing());
      }
      writing = false;
    }
    var late = new ArrayList<Waiting>();
    queue.drainTo(late);
    failAll(late, closing());
  }

  private boolean hasMerged() {
    var now = copy;
    return now != null && !ahead && now.hasUncommitted();
  }

  /// One snapshot of all these changes.
  private void round(List<Waiting> group) {
    parts.writers().acquireUninterruptibly();
    changing.lock();
    try {
      catchUp();
      parts.rows().change(id, row -> apply(row, group));
      var now = copy;
      if (now != null) {
        publish(now);
        group.forEach(waiting -> waiting.entries().complete(now.entries()));
      }
    } catch (IOException | RuntimeException | Error failure) {
      // The copy's writer may be ahead of the truth now; the next round starts from what the row
      // says. Searches go on, they see only what was published.
      ahead = true;
      failAll(group, problem(failure));
    } finally {
      changing.unlock();
      parts.writers().release();
    }
  }

  /// Fetches what others have written, so that little is left to fetch while the row is locked.
  private void catchUp() throws IOException {
    var row = parts.rows().withId(id);
    var now = copy;
    if (row.isPresent() && (now == null || ahead || now.generation() != row.get().generation())) {
      fetch(row.get());
    }
  }

  private static void publish(LocalCopy written) {
    try {
      written.publish();
    } catch (IOException failure) {
      // The changes are safe. A search sees by the generation that it must fetch them.
      log.warn("{} could not be opened anew", written, failure);
    }
  }

  private Optional<LocalCopy.Committed> apply(IndexRow row, List<Waiting> group)
      throws IOException {
    var now = copy;
    if (now == null || ahead || now.generation() != row.generation()) {
      now = fetch(row);
    }
    long room = parts.bounds().entries() - row.entries();
    for (var waiting : group) {
      var change = Objects.requireNonNull(waiting.change());
      if (change instanceof Change.Upsert(var entries)) {
        long more = added(now, entries, room);
        if (more > room || row.bytes() >= parts.bounds().bytes().toBytes()) {
          waiting.entries().completeExceptionally(full(row, more));
          continue;
        }
        room -= more;
      }
      now.apply(change);
    }
    return now.hasUncommitted()
        ? Optional.of(now.commit(row.generation() + 1, parts.ids().next()))
        : Optional.empty();
  }

  /// How many of these take new places. Counted only where it could matter.
  private static long added(LocalCopy now, List<Entry> entries, long room) throws IOException {
    if (entries.size() <= room) {
      return entries.size();
    }
    try (var searcher = Objects.requireNonNull(now.searcher())) {
      return entries.size() - searcher.count(entries.stream().map(entry -> entry.id()).toList());
    }
  }

  private Problem full(IndexRow row, long more) {
    return Problem.tooLarge(
        "entries: %d more, index %s has %d in %d bytes (expected: at most %d in %d bytes)"
            .formatted(
                more,
                row.name(),
                row.entries(),
                row.bytes(),
                parts.bounds().entries(),
                parts.bounds().bytes().toBytes()));
  }

  private Problem problem(Throwable failure) {
    return switch (failure) {
      case Problem problem -> problem;
      case StoreException lost -> unavailable("the object store", lost);
      case DataAccessException lost -> unavailable("the database", lost);
      case TransactionException lost -> unavailable("the database", lost);
      default -> {
        log.error("{}: changes could not be written", id, failure);
        yield Problem.of(
            Kind.INTERNAL, "the service failed on this change; its log says why", failure);
      }
    };
  }

  private Problem unavailable(String what, Exception failure) {
    log.warn("{}: changes could not be written", id, failure);
    return Problem.of(
        Kind.UNAVAILABLE,
        "index: %s did not confirm the change; it may be there or not (expected: another try, which is safe)"
            .formatted(what),
        failure);
  }

  private static Problem closing() {
    return Problem.unavailable("index: this instance lets it go (expected: another try)");
  }

  private static void failAll(List<Waiting> group, Problem problem) {
    group.forEach(waiting -> waiting.entries().completeExceptionally(problem));
  }

  /// Whether nothing is under way that would have to be waited for.
  boolean idle() {
    return queue.isEmpty() && !writing;
  }

  /// Ends after the round that is under way; what still waits is told to try again.
  void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = writer;
    }
    var ignored = queue.offer(new Waiting(null, new CompletableFuture<>()));
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(30));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    changing.lock();
    try {
      var last = copy;
      copy = null;
      if (last != null) {
        last.discard();
      }
    } finally {
      changing.unlock();
    }
  }
}
