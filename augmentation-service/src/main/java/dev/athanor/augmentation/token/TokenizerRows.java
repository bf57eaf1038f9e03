package dev.athanor.augmentation.token;

import dev.athanor.augmentation.lease.LeasedRows;
import dev.athanor.augmentation.token.TokenizerDocument.Progress;
import dev.athanor.augmentation.token.TokenizerDocument.Source;
import dev.athanor.augmentation.token.TokenizerDocument.Special;
import dev.athanor.augmentation.token.TokenizerDocument.State;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/// The rows of tokenizers.
@Repository
class TokenizerRows {
  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final LeasedRows<Job> jobs;

  TokenizerRows(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
    this.jobs = Job.rows(jdbc, "tokenizer", State.TRAINING.name());
  }

  /// The work of training.
  LeasedRows<Job> jobs() {
    return jobs;
  }

  /// Adds one to be trained; false where the name or the key is taken.
  boolean addTraining(
      String id,
      String name,
      String dataset,
      int version,
      int vocabulary,
      long totalBytes,
      Fingerprint fingerprint,
      Instant now) {
    return jdbc.sql(
                """
                insert into tokenizer (id, name, source, state, dataset, version, vocabulary, total_bytes,
                                       idempotency_key, request_sha256, created_at)
                values (:id, :name, 'trained', 'TRAINING', :dataset, :version, :vocabulary, :totalBytes,
                        :key, :request, :now)
                on conflict do nothing
                """)
            .param("id", id)
            .param("name", name)
            .param("dataset", dataset)
            .param("version", version)
            .param("vocabulary", vocabulary)
            .param("totalBytes", totalBytes)
            .param("key", fingerprint.key())
            .param("request", fingerprint.sha256())
            .param("now", at(now))
            .update()
        == 1;
  }

  /// Adds one whose file is stored; false where the name is taken.
  boolean addUploaded(
      String id, String name, int vocabulary, String sha256, Special special, Instant now) {
    return jdbc.sql(
                """
                insert into tokenizer (id, name, source, state, vocabulary, sha256, special, created_at)
                values (:id, :name, 'uploaded', 'READY', :vocabulary, :sha256, :special::jsonb, :now)
                on conflict do nothing
                """)
            .param("id", id)
            .param("name", name)
            .param("vocabulary", vocabulary)
            .param("sha256", sha256)
            .param("special", json.writeValueAsString(special))
            .param("now", at(now))
            .update()
        == 1;
  }

  /// Makes a trained one visible.
  boolean ready(Job job, int vocabulary, String sha256, Special special) {
    return jobs.held(
        job,
        """
        state = 'READY', leased_until = null, vocabulary = :vocabulary, sha256 = :sha256,
        special = :special::jsonb
        """,
        statement ->
            statement
                .param("vocabulary", vocabulary)
                .param("sha256", sha256)
                .param("special", json.writeValueAsString(special)));
  }

  Optional<TokenizerDocument> find(String name) {
    return one("name", name);
  }

  Optional<TokenizerDocument> withId(String id) {
    return one("id", id);
  }

  /// The tokenizer that a request under this key made before.
  ///
  /// @throws Problem 409 where it was another request
  Optional<TokenizerDocument> createdWith(Fingerprint fingerprint) {
    return fingerprint
        .createdBefore(jdbc, "tokenizer", "tokenizer", "request")
        .flatMap(this::withId);
  }

  /// Tokenizers after a name, in the order of the names.
  List<TokenizerDocument> list(String after, int limit) {
    return jdbc.sql(
            """
            select * from tokenizer where name > ? collate "C" order by name collate "C" limit ?
            """)
        .params(after, limit)
        .query(this::tokenizer)
        .list();
  }

  /// Deletes one that no token index is of; false where there is such an index.
  boolean delete(String name) {
    return jdbc.sql(
                """
                delete from tokenizer
                where name = :name and not exists (select 1 from token_index where tokenizer = :name)
                """)
            .param("name", name)
            .update()
        == 1;
  }

  static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private Optional<TokenizerDocument> one(String column, String value) {
    return jdbc.sql("select * from tokenizer where " + column + " = ?")
        .params(value)
        .query(this::tokenizer)
        .optional();
  }

  private TokenizerDocument tokenizer(ResultSet row, int number) throws SQLException {
    var special = row.getString("special");
    return new TokenizerDocument(
        row.getString("name"),
        Source.valueOf(row.getString("source").toUpperCase(Locale.ROOT)),
        State.valueOf(row.getString("state")),
        row.getString("reason"),
        row.getString("dataset"),
        row.getObject("version", Integer.class),
        row.getInt("vocabulary"),
        row.getString("sha256"),
        special == null ? null : json.readValue(special, Special.class),
        new Progress(row.getLong("samples"), row.getLong("bytes"), row.getLong("total_bytes")),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }
}
