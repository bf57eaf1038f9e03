package dev.athanor.trainer.checkpoint;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.run.OwnedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Writes and reads checkpoints.
@Component
@EnableConfigurationProperties(CheckpointProperties.class)
public class Checkpoints {
  static final String BUCKET = "athanor-checkpoints";

  private final ObjectStore store;
  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final Clock clock;
  private final CheckpointProperties properties;

  Checkpoints(
      ObjectStore store,
      JdbcClient jdbc,
      JsonMapper json,
      Clock clock,
      CheckpointProperties properties) {
    this.store = store;
    this.jdbc = jdbc;
    this.json = json;
    this.clock = clock;
    this.properties = properties;
  }

  /// Uploads the files of `folder`, then makes them the run's newest checkpoint.
  ///
  /// @throws dev.athanor.trainer.lease.LeaseLost where the run has another owner by now
  public void save(OwnedRun run, long step, Path folder) throws IOException {
    var prefix = Checkpoint.prefix(run.id(), step, run.fence());
    var files = StoredFile.putAll(store, BUCKET, prefix, folder);
    run.write(
        () -> {
          insert(run, step, files);
          forgetOld(run.id());
        });
    run.fruitful();
  }

  private void insert(OwnedRun run, long step, List<StoredFile> files) {
    jdbc.sql(
            """
            insert into checkpoint (run_id, step, fence, files, created_at)
            values (:run, :step, :fence, cast(:files as json), :now)
            on conflict (run_id, step, fence) do update set files = excluded.files""")
        .param("run", run.id())
        .param("step", step)
        .param("fence", run.fence())
        .param("files", json.writeValueAsString(files))
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }

  private void forgetOld(String run) {
    jdbc.sql(
            """
            delete from checkpoint where run_id = :run and (step, fence) not in
              (select step, fence from checkpoint where run_id = :run order by step desc, fence desc limit :kept)""")
        .param("run", run)
        .param("kept", properties.kept())
        .update();
  }

  /// Forgets all but the newest checkpoint of every run that has ended: nothing goes on from the
  /// others any more.
  public void forgetEnded() {
    jdbc.sql(
            """
            delete from checkpoint c using run r
            where r.id = c.run_id and r.state in ('SUCCEEDED', 'FAILED', 'CANCELLED') and exists
              (select 1 from checkpoint n where n.run_id = c.run_id and (n.step, n.fence) > (c.step, c.fence))""")
        .update();
  }

  public Optional<Checkpoint> newest(String run) {
    return of(run).stream().findFirst();
  }

  /// The newest first.
  List<Checkpoint> of(String run) {
    return jdbc.sql("select * from checkpoint where run_id = :run order by step desc, fence desc")
        .param("run", run)
        .query(this::checkpoint)
        .list();
  }

  private Checkpoint checkpoint(ResultSet row, int number) throws SQLException {
    return new Checkpoint(
        row.getString("run_id"),
        row.getLong("step"),
        row.getLong("fence"),
        json.readValue(row.getString("files"), new TypeReference<List<StoredFile>>() {}),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }

  /// Downloads a checkpoint's files into `folder` and proves that they are the ones that its row
  /// names.
  public void fetch(Checkpoint checkpoint, Path folder) throws IOException {
    for (var file : checkpoint.files()) {
      file.fetch(store, BUCKET, checkpoint.prefix(), folder);
    }
  }
}
