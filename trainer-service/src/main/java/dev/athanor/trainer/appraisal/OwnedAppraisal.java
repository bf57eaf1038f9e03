package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.lease.LeaseTable;
import dev.athanor.trainer.lease.OwnedRow;
import java.time.Clock;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/// What the owner of an evaluation's lease may write.
public final class OwnedAppraisal {
  private final OwnedRow row;
  private final String id;
  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final AppraisalEvents events;
  private final Clock clock;

  OwnedAppraisal(
      String id,
      long fence,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      JsonMapper json,
      AppraisalEvents events,
      Clock clock) {
    this.row = new OwnedRow(LeaseTable.APPRAISAL, id, fence, jdbc, transaction);
    this.id = id;
    this.jdbc = jdbc;
    this.json = json;
    this.events = events;
    this.clock = clock;
  }

  public String id() {
    return id;
  }

  public long fence() {
    return row.fence();
  }

  /// The row, for what is written of an evaluation elsewhere.
  public OwnedRow row() {
    return row;
  }

  public boolean cancelRequested() {
    return jdbc.sql("select cancel_requested from appraisal where id = :id")
        .param("id", id)
        .query(Boolean.class)
        .single();
  }

  /// How many workers died over the evaluation since it last got anywhere.
  public int deaths() {
    return row.deaths();
  }

  /// Moves the evaluation on; moving it to where it is changes nothing.
  public void become(AppraisalState next, @Nullable String reason) {
    row.become(
        next,
        reason,
        clock.instant().atOffset(ZoneOffset.UTC),
        () ->
            events.append(
                id, AppraisalEvents.STATE, new AppraisalEvents.StateChanged(next, reason)));
  }

  /// Fixes what shapes the figures, before the first of them.
  public void conditions(Appraisal.Conditions conditions) {
    row.write(
        () ->
            jdbc.sql(
                    "update appraisal set threads = :threads, augmenter_build = :build where id = :id")
                .param("threads", conditions.threads())
                .param("build", conditions.augmenterBuild())
                .param("id", id)
                .update());
  }

  public void progress(AppraisalProgress progress) {
    row.write(
        () -> {
          jdbc.sql("update appraisal set progress = cast(:progress as json) where id = :id")
              .param("progress", json.writeValueAsString(progress))
              .param("id", id)
              .update();
          events.append(id, AppraisalEvents.PROGRESS, progress);
        });
  }

  /// A figure that is found and will not be looked for again.
  public void found(Cell cell) {
    row.write(
        () -> {
          jdbc.sql(
                  "insert into appraisal_cell (appraisal_id, method, share, seed, cell) values (:id, :method, :share, :seed, cast(:cell as json))")
              .param("id", id)
              .param("method", cell.method().toString())
              .param("share", cell.share().toString())
              .param("seed", cell.seed())
              .param("cell", json.writeValueAsString(cell))
              .update();
          jdbc.sql("delete from cell_checkpoint where owner_id = :id").param("id", id).update();
          row.fruitful();
          events.append(id, AppraisalEvents.CELL, cell);
        });
  }
}
