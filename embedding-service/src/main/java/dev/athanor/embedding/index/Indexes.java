package dev.athanor.embedding.index;

import dev.athanor.embedding.embed.Client;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.embedding.segment.Change;
import dev.athanor.embedding.segment.Entry;
import dev.athanor.embedding.segment.Neighbour;
import dev.athanor.embedding.segment.Searcher;
import dev.athanor.embedding.segment.SnapshotStore;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.platform.name.Names;
import dev.athanor.platform.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/// Similarity search: indexes are made, filled, searched and deleted here.
@Component
class Indexes {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final IndexRows rows;
  private final OpenIndexes opened;
  private final SnapshotStore snapshots;
  private final Embedder embedder;
  private final Vectors vectors;
  private final IdSource ids;
  private final IndexProperties bounds;
  private final Semaphore queries;

  Indexes(
      IndexRows rows,
      OpenIndexes opened,
      SnapshotStore snapshots,
      Embedder embedder,
      Vectors vectors,
      IdSource ids,
      IndexProperties bounds) {
    this.rows = rows;
    this.opened = opened;
    this.snapshots = snapshots;
    this.embedder = embedder;
    this.vectors = vectors;
    this.ids = ids;
    this.bounds = bounds;
    this.queries = new Semaphore(bounds.queries());
  }

  /// Makes an empty index. A model is fixed to the version that it means now, because vectors of
  /// two versions cannot be compared.
  IndexRow create(NewIndex wanted, Fingerprint fingerprint) {
    var name = Names.check("name", wanted.name() == null ? "" : wanted.name());
    var before = rows.createdWith(fingerprint);
    if (before.isPresent()) {
      return before.get();
    }
    if ((wanted.model() == null) == (wanted.dimensions() == null)) {
      throw Problem.badRequest(
          "model, dimensions: %s (expected: one of them)"
              .formatted(wanted.model() == null ? "neither" : "both"));
    }
    var version = wanted.model() == null ? null : embedder.resolve(wanted.model());
    var space =
        wanted.space(
            version == null
                ? Objects.requireNonNull(wanted.dimensions())
                : version.card().dimensions());
    snapshots.prepare();
    var id = ids.next();
    if (!rows.add(
        id, name, version == null ? null : version.id(), space, fingerprint, bounds.indexes())) {
      return notAdded(name, fingerprint);
    }
    return get(name);
  }

  private IndexRow notAdded(String name, Fingerprint fingerprint) {
    var raced = rows.createdWith(fingerprint);
    if (raced.isPresent()) {
      return raced.get();
    }
    if (rows.find(name).isPresent()) {
      throw Problem.conflict("name: %s is taken (expected: another)".formatted(name));
    }
    throw Problem.tooMany(
        "indexes: there are %d (expected: fewer; delete one)".formatted(bounds.indexes()),
        RETRY_AFTER);
  }

  IndexRow get(String name) {
    return rows.find(name)
        .orElseThrow(
            () ->
                Problem.notFound(
                    "index: %s (expected: one that was made)".formatted(Problem.quote(name))));
  }

  List<IndexRow> list(String after, int limit) {
    return rows.list(after, limit);
  }

  void delete(String name) {
    get(name);
    rows.delete(name)
        .ifPresent(
            id -> {
              opened.forget(id);
              snapshots.deleteAll(id);
            });
  }

  /// Adds entries, and returns how many the index has once they are safe.
  long add(String name, NewEntries sent, Client client, BooleanSupplier gone) {
    var index = get(name);
    var checked = sent.check(bounds.batch(), bounds.payload().toBytes());
    var made =
        vectors.of(index, checked.stream().map(NewEntries.Checked::given).toList(), client, gone);
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < made.size(); i++) {
      var entry = checked.get(i);
      entries.add(new Entry(entry.id(), made.get(i), entry.labels(), entry.payload()));
    }
    return change(index, new Change.Upsert(entries), client);
  }

  /// Deletes entries, and returns how many the index has once that is safe.
  long remove(String name, Removal removal, Client client) {
    return change(get(name), removal.change(bounds.batch()), client);
  }

  private long change(IndexRow index, Change change, Client client) {
    try (var borrowed = opened.borrow(index)) {
      return borrowed
          .index()
          .submit(change)
          .get(client.deadline().remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw Problem.of(
          Kind.DEADLINE,
          "deadline: it passed before the change was safe; it may be there or not (expected: another try, which is safe)",
          late);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Problem problem
          ? problem
          : new IllegalStateException(failure.getCause());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw Problem.of(Kind.UNAVAILABLE, "the service is stopping", stopping);
    }
  }

  /// What a query found, and in which state of the index.
  record Found(IndexRow index, List<Neighbour> neighbours) {}

  Found nearest(String name, NearestQuery query, Client client, BooleanSupplier gone) {
    return counted(
        () -> {
          var index = get(name);
          var checked = query.check(bounds);
          var target = vectors.of(index, List.of(checked.given()), client, gone).getFirst();
          return new Found(
              index,
              read(
                  index,
                  searcher ->
                      searcher.nearest(
                          target,
                          checked.k(),
                          checked.candidates(),
                          checked.exact(),
                          checked.filter())));
        });
  }

  Entry entry(String name, String id) {
    var checked = NewEntries.id("id", id);
    return counted(() -> read(get(name), searcher -> searcher.find(checked)))
        .orElseThrow(
            () ->
                Problem.notFound(
                    "entry: %s of index %s (expected: one that was added)"
                        .formatted(Problem.quote(id), name)));
  }

  /// The first entries whose ids come after one, by their ids.
  List<Entry> entries(String name, String after, int limit) {
    return counted(() -> read(get(name), searcher -> searcher.after(after, limit)));
  }

  /// Counts as a query while it is under way.
  private <T> T counted(Supplier<T> work) {
    if (!queries.tryAcquire()) {
      throw Problem.tooMany(
          "queries: %d are under way (expected: fewer)".formatted(bounds.queries()), RETRY_AFTER);
    }
    try {
      return work.get();
    } finally {
      queries.release();
    }
  }

  private interface Reading<T> {
    T from(Searcher searcher) throws IOException;
  }

  private <T> T read(IndexRow index, Reading<T> reading) {
    try (var borrowed = opened.borrow(index);
        var searcher = borrowed.index().searcher(index)) {
      return reading.from(searcher);
    } catch (StoreException | IOException failure) {
      if (rows.withId(index.id()).isEmpty()) {
        throw Problem.notFound("index: it was deleted (expected: an index)");
      }
      throw Problem.of(
          Kind.UNAVAILABLE, "index: its files cannot be fetched (expected: another try)", failure);
    }
  }

  /// For the documents of indexes.
  IndexDocument document(IndexRow row) {
    return IndexDocument.of(row, bounds);
  }
}
