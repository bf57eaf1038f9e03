package dev.athanor.embedding.index;

import dev.athanor.embedding.segment.LocalCopy;
import dev.athanor.embedding.segment.Search;
import dev.athanor.embedding.segment.Similarity;
import dev.athanor.embedding.segment.VectorSpace;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

/// The rows of indexes.
@Repository
class IndexRows {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /// For the lock of a row that another process holds while it writes; less than a statement may
  /// take.
  private static final String LOCK_WAIT = "8s";

  /// The longest that a process may work under the lock without a word to the database. After it
  /// the database ends the transaction and lets the next one write; the slow one's commit fails.
  private static final String LONGEST_WRITE = "120s";

  /// PostgreSQL's state for a lock that was not had in time.
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Clock clock;

  IndexRows(JdbcClient jdbc, TransactionTemplate transaction, Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.clock = clock;
  }

  /// False where the name or the key is taken, or there are `most` indexes.
  boolean add(
      String id,
      String name,
      @Nullable String model,
      VectorSpace space,
      Fingerprint fingerprint,
      int most) {
    return jdbc.sql(
                """
                insert into vector_index (id, name, model, dimensions, similarity, search, connections, ef_construction,
                                          created_at, changed_at, idempotency_key, request_sha256)
                select :id, :name, :model, :dimensions, :similarity, :search, :connections, :efConstruction,
                       :now, :now, :key, :sha256
                where (select count(*) from vector_index) < :most
                on conflict do nothing
                """)
            .param("id", id)
            .param("name", name)
            .param("model", model)
            .param("dimensions", space.dimensions())
            .param("similarity", space.similarity().name())
            .param("search", space.search().name())
            .param("connections", space.connections())
            .param("efConstruction", space.efConstruction())
            .param("now", now())
            .param("key", fingerprint.key())
            .param("sha256", fingerprint.sha256())
            .param("most", most)
            .update()
        == 1;
  }

  /// The index that was made under a key.
  ///
  /// @throws Problem 409 where something else was asked for under it
  Optional<IndexRow> createdWith(Fingerprint fingerprint) {
    return fingerprint
        .createdBefore(jdbc, "vector_index", "index", "request")
        .flatMap(this::withId);
  }

  Optional<IndexRow> find(String name) {
    return one("name", name);
  }

  Optional<IndexRow> withId(String id) {
    return one("id", id);
  }

  private Optional<IndexRow> one(String column, String value) {
    return jdbc.sql("select * from vector_index where " + column + " = ?")
        .params(value)
        .query(IndexRows::row)
        .optional();
  }

  /// Indexes after a name, in the order of the names.
  List<IndexRow> list(String after, int limit) {
    return jdbc.sql(
            """
            select * from vector_index where name > ? collate "C" order by name collate "C" limit ?
            """)
        .params(after, limit)
        .query(IndexRows::row)
        .list();
  }

  /// What is done to an index while nobody else can change it.
  @FunctionalInterface
  interface Work {
    /// The snapshot that becomes the index's state; empty where nothing changed.
    Optional<LocalCopy.Committed> on(IndexRow row) throws IOException;
  }

  /// Lets `work` make the next snapshot. When this returns, all processes see it; when it throws,
  /// none does.
  void change(String id, Work work) throws IOException {
    try {
      transaction.executeWithoutResult(
          _ -> {
            var row = lock(id);
            try {
              work.on(row).ifPresent(committed -> advance(row, committed));
            } catch (IOException failure) {
              throw new UncheckedIOException(failure);
            }
          });
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    } catch (DataAccessException failure) {
      throw tooBusy(failure);
    }
  }

  private IndexRow lock(String id) {
    limitTransaction();
    return jdbc.sql("select * from vector_index where id = ? for update")
        .params(id)
        .query(IndexRows::row)
        .optional()
        .orElseThrow(() -> Problem.notFound("index: it was deleted (expected: an index)"));
  }

  private void limitTransaction() {
    jdbc.sql(
            """
            select set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true)
            """)
        .params(LOCK_WAIT, LONGEST_WRITE)
        .query()
        .singleRow();
  }

  private void advance(IndexRow row, LocalCopy.Committed committed) {
    var snapshot = committed.snapshot();
    jdbc.sql(
            """
            update vector_index
            set generation = :generation, manifest = :manifest, entries = :entries, deleted = :deleted,
                segments = :segments, bytes = :bytes, changed_at = :now
            where id = :id
            """)
        .param("generation", snapshot.generation())
        .param("manifest", committed.manifest())
        .param("entries", snapshot.entries())
        .param("deleted", snapshot.deleted())
        .param("segments", snapshot.segments())
        .param("bytes", snapshot.bytes())
        .param("now", now())
        .param("id", row.id())
        .update();
  }

  /// Deletes an index, after whoever writes to it; returns its id.
  Optional<String> delete(String name) {
    try {
      return Optional.ofNullable(
          transaction.execute(
              _ -> {
                limitTransaction();
                return jdbc.sql("delete from vector_index where name = ? returning id")
                    .params(name)
                    .query(String.class)
                    .optional()
                    .orElse(null);
              }));
    } catch (DataAccessException failure) {
      throw tooBusy(failure);
    }
  }

  /// What a caller is told where the lock was not to be had; any other failure as it is.
  private static RuntimeException tooBusy(DataAccessException failure) {
    if (!(failure.getRootCause() instanceof SQLException refused)
        || !LOCK_NOT_AVAILABLE.equals(refused.getSQLState())) {
      return failure;
    }
    return Problem.tooMany(
        "index: another instance has been writing to it for %s (expected: its turn to end)"
            .formatted(LOCK_WAIT),
        RETRY_AFTER);
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private static IndexRow row(ResultSet row, int number) throws SQLException {
    return new IndexRow(
        row.getString("id"),
        row.getString("name"),
        row.getString("model"),
        new VectorSpace(
            row.getInt("dimensions"),
            Similarity.valueOf(row.getString("similarity")),
            Search.valueOf(row.getString("search")),
            row.getInt("connections"),
            row.getInt("ef_construction")),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getLong("generation"),
        row.getString("manifest"),
        row.getLong("entries"),
        row.getLong("deleted"),
        row.getInt("segments"),
        row.getLong("bytes"),
        row.getObject("changed_at", OffsetDateTime.class).toInstant());
  }
}
