package dev.athanor.trainer.checkpoint;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.lease.OwnedRow;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Writes and reads the checkpoint of the one cell that an evaluation, or a run's table, trains at
/// a time. Its row makes room for the next cell's, or goes by [#forgetEnded]; its objects as those
/// of runs do.
@Component
public class CellCheckpoints {
  private final ObjectStore store;
  private final JdbcClient jdbc;
  private final JsonMapper json;

  CellCheckpoints(ObjectStore store, JdbcClient jdbc, JsonMapper json) {
    this.store = store;
    this.jdbc = jdbc;
    this.json = json;
  }

  /// Uploads the files of `folder`, then makes them the owner's only checkpoint of a cell.
  ///
  /// @param seconds that training took so far
  /// @throws dev.athanor.trainer.lease.LeaseLost where the work has another owner by now
  public void save(OwnedRow owner, String cell, long step, double seconds, Path folder)
      throws IOException {
    var prefix = CellCheckpoint.prefix(owner.id(), cell, step, owner.fence());
    var files = StoredFile.putAll(store, Checkpoints.BUCKET, prefix, folder);
    owner.write(() -> put(owner, cell, step, seconds, files));
    owner.fruitful();
  }

  private void put(OwnedRow owner, String cell, long step, double seconds, List<StoredFile> files) {
    jdbc.sql(
            """
            insert into cell_checkpoint (owner_id, cell, step, fence, seconds, files)
            values (:owner, :cell, :step, :fence, :seconds, cast(:files as json))
            on conflict (owner_id) do update set cell = excluded.cell, step = excluded.step, fence = excluded.fence,
              seconds = excluded.seconds, files = excluded.files""")
        .param("owner", owner.id())
        .param("cell", cell)
        .param("step", step)
        .param("fence", owner.fence())
        .param("seconds", seconds)
        .param("files", json.writeValueAsString(files))
        .update();
  }

  /// The owner's checkpoint, where it is one of this cell.
  public Optional<CellCheckpoint> newest(String owner, String cell) {
    return jdbc.sql("select * from cell_checkpoint where owner_id = :owner and cell = :cell")
        .param("owner", owner)
        .param("cell", cell)
        .query(this::checkpoint)
        .optional();
  }

  private CellCheckpoint checkpoint(ResultSet row, int number) throws SQLException {
    return new CellCheckpoint(
        row.getString("owner_id"),
        row.getString("cell"),
        row.getLong("step"),
        row.getLong("fence"),
        row.getDouble("seconds"),
        json.readValue(row.getString("files"), new TypeReference<List<StoredFile>>() {}));
  }

  /// Downloads a checkpoint's files into `folder` and proves that they are the ones that its row
  /// names.
  ///
  /// @throws dev.athanor.platform.store.ObjectLost where they are not
  public void fetch(CellCheckpoint checkpoint, Path folder) throws IOException {
    for (var file : checkpoint.files()) {
      file.fetch(store, Checkpoints.BUCKET, checkpoint.prefix(), folder);
    }
  }

  /// Forgets what nobody goes on from: the evaluation or the run has ended.
  void forgetEnded() {
    jdbc.sql(
            """
            delete from cell_checkpoint where owner_id not in
              (select id from appraisal where state in ('QUEUED', 'RUNNING')
               union all select id from run where state in ('QUEUED', 'RUNNING', 'EVALUATING'))""")
        .update();
  }
}
