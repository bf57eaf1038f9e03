package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.dataset.DatasetVersion.Summary;
import dev.athanor.augmentation.format.Columns;
import dev.athanor.augmentation.lease.LeasedRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/// The rows of versions, as ingests change them.
@Repository
class ClaimRows {
  private final JsonMapper json;
  private final LeasedRows<Claim> ingests;

  ClaimRows(JdbcClient jdbc, JsonMapper json) {
    this.json = json;
    this.ingests =
        new LeasedRows<>(
            jdbc, "dataset_version", List.of("dataset", "version"), "INGESTING", this::claim);
  }

  /// The work of ingesting.
  LeasedRows<Claim> ingests() {
    return ingests;
  }

  /// Makes the version visible.
  boolean ready(Claim claim, Summary summary, String manifestSha256) {
    var splits = summary.splits();
    return ingests.held(
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

  private Claim claim(ResultSet row, int number) throws SQLException {
    return new Claim(
        row.getString("dataset"),
        row.getInt("version"),
        row.getLong("fence"),
        row.getInt("attempts"),
        row.getDouble("hold_out"),
        row.getLong("seed"),
        json.readValue(row.getString("columns"), Columns.class));
  }
}
