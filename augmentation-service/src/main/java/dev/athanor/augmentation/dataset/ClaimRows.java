package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.dataset.DatasetVersion.Summary;
import dev.athanor.augmentation.format.Columns;
import java.time.Duration;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/// The rows of versions, as ingests change them. Every write but the claim itself names the claim's
/// fence, and returns false when a later claim has taken over. Times are the database's.
@Repository
class ClaimRows {
  private final JdbcClient jdbc;
  private final JsonMapper json;

  ClaimRows(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /// Takes a version that nobody is ingesting, the longest waiting first.
  Optional<Claim> claim(Duration lease) {
    return jdbc.sql(
            """
            update dataset_version v
            set fence = v.fence + 1, attempts = v.attempts + 1, samples = 0, bytes = 0,
                leased_until = now() + make_interval(secs => :lease)
            from (
              select dataset, version from dataset_version
              where state = 'INGESTING' and (leased_until is null or leased_until < now())
              order by leased_until nulls first, created_at
              limit 1 for update skip locked
            ) free
            where v.dataset = free.dataset and v.version = free.version
            returning v.dataset, v.version, v.fence, v.attempts, v.hold_out, v.seed, v.columns
            """)
        .param("lease", seconds(lease))
        .query(
            (row, number) ->
                new Claim(
                    row.getString("dataset"),
                    row.getInt("version"),
                    row.getLong("fence"),
                    row.getInt("attempts"),
                    row.getDouble("hold_out"),
                    row.getLong("seed"),
                    json.readValue(row.getString("columns"), Columns.class)))
        .optional();
  }

  /// Holds the claim for another while, and tells how far the ingest is.
  boolean renew(Claim claim, Duration lease, long samples, long bytes) {
    return held(
        claim,
        """
        leased_until = now() + make_interval(secs => :lease), samples = :samples, bytes = :bytes
        """,
        statement ->
            statement
                .param("lease", seconds(lease))
                .param("samples", samples)
                .param("bytes", bytes));
  }

  /// Makes the version visible.
  boolean ready(Claim claim, Summary summary, String manifestSha256) {
    var splits = summary.splits();
    return held(
        claim,
        """
        state = 'READY', leased_until = null, summary = :summary::jsonb, manifest_sha256 = :sha256,
        samples = :samples, bytes = total_bytes
        """,
        statement ->
            statement
                .param("summary", json.writeValueAsString(summary))
                .param("sha256", manifestSha256)
                .param("samples", splits.train().samples() + splits.test().samples()));
  }

  boolean fail(Claim claim, String reason) {
    return held(
        claim,
        "state = 'FAILED', leased_until = null, reason = :reason",
        statement -> statement.param("reason", reason));
  }

  /// Gives the version back, to be taken again after a pause.
  boolean release(Claim claim, Duration pause) {
    return held(
        claim,
        "leased_until = now() + make_interval(secs => :pause)",
        statement -> statement.param("pause", seconds(pause)));
  }

  /// Gives the version back at once, as if it had never been taken.
  boolean handBack(Claim claim) {
    return held(claim, "leased_until = null, attempts = attempts - 1", statement -> statement);
  }

  private boolean held(
      Claim claim,
      String assignments,
      java.util.function.UnaryOperator<JdbcClient.StatementSpec> parameters) {
    var statement =
        jdbc.sql(
                "update dataset_version set "
                    + assignments
                    + " where dataset = :dataset and version = :version and fence = :fence"
                    + " and state = 'INGESTING'")
            .param("dataset", claim.dataset())
            .param("version", claim.version())
            .param("fence", claim.fence());
    return parameters.apply(statement).update() == 1;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
