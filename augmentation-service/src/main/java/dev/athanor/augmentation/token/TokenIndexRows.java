package dev.athanor.augmentation.token;

import dev.athanor.augmentation.lease.LeasedRows;
import dev.athanor.augmentation.token.TokenIndexDocument.State;
import dev.athanor.augmentation.token.TokenIndexDocument.Summary;
import dev.athanor.augmentation.token.TokenizerDocument.Progress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/// The rows of token indexes.
@Repository
class TokenIndexRows {
  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final LeasedRows<Job> jobs;

  TokenIndexRows(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
    this.jobs = Job.rows(jdbc, "token_index", State.BUILDING.name());
  }

  /// The work of building.
  LeasedRows<Job> jobs() {
    return jobs;
  }

  /// A row, and what only we need of it.
  record Row(TokenIndexDocument document, @Nullable Summary summary) {}

  /// Has an index built. One that is there stays, unless it FAILED or is by another file of the
  /// same name: then it is built anew.
  void add(
      String id,
      String dataset,
      int version,
      Tokenizers.Opened tokenizer,
      long totalBytes,
      Instant now) {
    jdbc.sql(
            """
            insert into token_index as t
              (id, dataset, version, tokenizer, sha256, state, total_bytes, created_at)
            values (:id, :dataset, :version, :tokenizer, :sha256, 'BUILDING', :totalBytes, :now)
            on conflict (dataset, version, tokenizer) do update
              set state = 'BUILDING', sha256 = excluded.sha256, reason = null, summary = null,
                  fence = t.fence + 1, attempts = 0, leased_until = null, samples = 0, bytes = 0
              where t.state = 'FAILED' or t.sha256 <> excluded.sha256
            """)
        .param("id", id)
        .param("dataset", dataset)
        .param("version", version)
        .param("tokenizer", tokenizer.name())
        .param("sha256", tokenizer.sha256())
        .param("totalBytes", totalBytes)
        .param("now", TokenizerRows.at(now))
        .update();
  }

  boolean ready(Job job, Summary summary) {
    var splits = summary.splits();
    return jobs.held(
        job,
        """
        state = 'READY', leased_until = null, summary = :summary::jsonb, samples = :documents,
        bytes = total_bytes
        """,
        statement ->
            statement
                .param("summary", json.writeValueAsString(summary))
                .param("documents", splits.train().documents() + splits.test().documents()));
  }

  Optional<Row> find(String dataset, int version, String tokenizer) {
    return jdbc.sql("select * from token_index where dataset = ? and version = ? and tokenizer = ?")
        .params(dataset, version, tokenizer)
        .query(this::row)
        .optional();
  }

  Optional<Row> withId(String id) {
    return jdbc.sql("select * from token_index where id = ?")
        .params(id)
        .query(this::row)
        .optional();
  }

  List<TokenIndexDocument> list(String dataset, int version) {
    return jdbc
        .sql(
            """
            select * from token_index where dataset = ? and version = ?
            order by tokenizer collate "C"
            """)
        .params(dataset, version)
        .query(this::row)
        .list()
        .stream()
        .map(Row::document)
        .toList();
  }

  /// Which dataset versions have indexes by a tokenizer, in words.
  String datasetsOf(String tokenizer) {
    return String.join(
        ", ",
        jdbc.sql(
                """
                select dataset || ' version ' || version from token_index where tokenizer = ?
                order by 1 limit 10
                """)
            .params(tokenizer)
            .query(String.class)
            .list());
  }

  private Row row(ResultSet row, int number) throws SQLException {
    var text = row.getString("summary");
    var summary = text == null ? null : json.readValue(text, Summary.class);
    return new Row(
        new TokenIndexDocument(
            row.getString("dataset"),
            row.getInt("version"),
            row.getString("tokenizer"),
            row.getString("sha256"),
            State.valueOf(row.getString("state")),
            row.getString("reason"),
            new Progress(row.getLong("samples"), row.getLong("bytes"), row.getLong("total_bytes")),
            summary == null ? null : summary.splits(),
            row.getObject("created_at", OffsetDateTime.class).toInstant()),
        summary);
  }
}
