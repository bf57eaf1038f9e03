package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.dataset.DatasetVersion.Progress;
import dev.athanor.augmentation.dataset.DatasetVersion.State;
import dev.athanor.augmentation.dataset.DatasetVersion.Summary;
import dev.athanor.augmentation.format.Columns;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/// The rows of datasets, versions and uploads, as callers change them.
@Repository
class VersionRows {
  private final JdbcClient jdbc;
  private final JsonMapper json;

  VersionRows(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /// A dataset in a list.
  ///
  /// @param latestVersion the highest number
  /// @param latestReady the highest that is READY, null where none is
  record Listed(String name, int latestVersion, @Nullable Integer latestReady, Instant createdAt) {}

  /// Makes the dataset's next version; called in a transaction.
  int create(
      String dataset,
      double holdOut,
      long seed,
      Columns columns,
      Fingerprint fingerprint,
      Instant now) {
    int version =
        jdbc.sql(
                """
                insert into dataset (name, last_version, created_at) values (:dataset, 1, :now)
                on conflict (name) do update set last_version = dataset.last_version + 1
                returning last_version
                """)
            .param("dataset", dataset)
            .param("now", at(now))
            .query(Integer.class)
            .single();
    jdbc.sql(
            """
            insert into dataset_version
              (dataset, version, state, hold_out, seed, columns, idempotency_key,
               request_sha256, created_at, touched_at)
            values (:dataset, :version, 'UPLOADING', :holdOut, :seed, :columns::jsonb, :key,
                    :request, :now, :now)
            """)
        .param("dataset", dataset)
        .param("version", version)
        .param("holdOut", holdOut)
        .param("seed", seed)
        .param("columns", json.writeValueAsString(columns))
        .param("key", fingerprint.key())
        .param("request", fingerprint.sha256())
        .param("now", at(now))
        .update();
    return version;
  }

  /// The version that a request under this key made before.
  ///
  /// @throws Problem 409 where it was another request
  Optional<Integer> createdWith(String dataset, Fingerprint fingerprint) {
    return fingerprint.createdBefore(
        key ->
            jdbc.sql("select * from dataset_version where dataset = ? and idempotency_key = ?")
                .params(dataset, key),
        (row, number) -> row.getInt("version"),
        version -> "version " + version,
        "request");
  }

  Optional<DatasetVersion> find(String dataset, int version) {
    return jdbc.sql("select * from dataset_version where dataset = ? and version = ?")
        .params(dataset, version)
        .query(this::version)
        .optional();
  }

  /// The state, held until the transaction ends.
  Optional<State> lockState(String dataset, int version) {
    return jdbc.sql(
            "select state from dataset_version where dataset = ? and version = ? for update")
        .params(dataset, version)
        .query(String.class)
        .optional()
        .map(State::valueOf);
  }

  /// Versions of a dataset after a number, in ascending order.
  List<DatasetVersion> versions(String dataset, int after, int limit) {
    return jdbc.sql(
            "select * from dataset_version where dataset = ? and version > ? order by version limit ?")
        .params(dataset, after, limit)
        .query(this::version)
        .list();
  }

  /// Datasets that have a version, after a name, in the order of the names.
  List<Listed> datasets(String after, int limit) {
    return jdbc.sql(
            """
            select d.name, d.created_at, max(v.version) as latest,
                   max(v.version) filter (where v.state = 'READY') as ready
            from dataset d join dataset_version v on v.dataset = d.name
            where d.name > ? collate "C"
            group by d.name
            order by d.name collate "C" limit ?
            """)
        .params(after, limit)
        .query(
            (row, number) ->
                new Listed(
                    row.getString("name"),
                    row.getInt("latest"),
                    row.getObject("ready", Integer.class),
                    instant(row, "created_at")))
        .list();
  }

  List<Upload> uploads(String dataset, int version) {
    return jdbc.sql(
            """
            select split, file, bytes, sha256, object_key from upload
            where dataset = ? and version = ? order by split, file collate "C"
            """)
        .params(dataset, version)
        .query(VersionRows::upload)
        .list();
  }

  /// Records an upload in place of an earlier one of the same name.
  void putUpload(String dataset, int version, Upload upload) {
    jdbc.sql(
            """
            insert into upload (dataset, version, split, file, bytes, sha256, object_key)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict (dataset, version, split, file)
            do update set bytes = excluded.bytes, sha256 = excluded.sha256, object_key = excluded.object_key
            """)
        .params(
            dataset,
            version,
            upload.split(),
            upload.file(),
            upload.bytes(),
            upload.sha256(),
            upload.objectKey())
        .update();
  }

  /// Says that an upload is going on.
  void touch(String dataset, int version, Instant now) {
    jdbc.sql("update dataset_version set touched_at = ? where dataset = ? and version = ?")
        .params(at(now), dataset, version)
        .update();
  }

  /// Fails versions whose uploads showed no sign of life since `before`.
  ///
  /// @return how many
  int giveUp(Instant before, String reason) {
    return jdbc.sql(
            """
            update dataset_version set state = 'FAILED', reason = ?
            where state = 'UPLOADING' and touched_at < ?
            """)
        .params(reason, at(before))
        .update();
  }

  void startIngest(String dataset, int version, long totalBytes) {
    jdbc.sql(
            """
            update dataset_version set state = 'INGESTING', total_bytes = ?
            where dataset = ? and version = ?
            """)
        .params(totalBytes, dataset, version)
        .update();
  }

  void delete(String dataset, int version) {
    jdbc.sql("delete from dataset_version where dataset = ? and version = ?")
        .params(dataset, version)
        .update();
  }

  /// The manifest's digest of a version that is READY.
  Optional<String> manifestDigest(String dataset, int version) {
    return jdbc.sql(
            """
            select manifest_sha256 from dataset_version
            where dataset = ? and version = ? and state = 'READY'
            """)
        .params(dataset, version)
        .query(String.class)
        .optional();
  }

  static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static Upload upload(ResultSet row, int number) throws SQLException {
    return new Upload(
        row.getString("split"),
        row.getString("file"),
        row.getLong("bytes"),
        row.getString("sha256"),
        row.getString("object_key"));
  }

  private DatasetVersion version(ResultSet row, int number) throws SQLException {
    var text = row.getString("summary");
    var summary = text == null ? null : json.readValue(text, Summary.class);
    return new DatasetVersion(
        row.getString("dataset"),
        row.getInt("version"),
        State.valueOf(row.getString("state")),
        row.getString("reason"),
        new Progress(row.getLong("samples"), row.getLong("bytes"), row.getLong("total_bytes")),
        summary == null ? null : summary.format(),
        summary == null ? null : summary.kind(),
        summary == null ? null : summary.image(),
        summary == null ? null : summary.text(),
        summary == null ? List.of() : summary.classes(),
        summary == null ? List.of() : summary.mean(),
        summary == null ? List.of() : summary.std(),
        summary == null ? null : summary.splits(),
        summary == null ? 0 : summary.shards(),
        summary == null ? 0 : summary.bytes(),
        instant(row, "created_at"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
