package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.lease.LeaseLost;
import java.time.Clock;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/// What the owner of an evaluation's lease may write. Every write is one transaction that first
/// locks the row under the owner's fence, so one with an old fence changes nothing.
public final class OwnedAppraisal {
  private final String id;
  private final long fence;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
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
    this.id = id;
    this.fence = fence;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.events = events;
    this.clock = clock;
  }

  public String id() {
    return id;
  }

  public long fence() {
    return fence;
  }

  public boolean cancelRequested() {
    return jdbc.sql("select cancel_requested from appraisal where id = :id")
        .param("id", id)
        .query(Boolean.class)
        .single();
  }

  /// Counts that the evaluation was taken once more; returns how often since a cell was finished.
  public int taken() {
    return jdbc.sql(
            "update appraisal set fruitless_takes = fruitless_takes + 1 where id = :id and fence = :fence returning fruitless_takes")
        .param("id", id)
        .param("fence", fence)
        .query(Integer.class)
        .optional()
        .orElseThrow(this::lost);
  }

  /// Moves the evaluation on; moving it to where it is changes nothing.
  public void become(AppraisalState next, @Nullable String reason) {
    transaction.executeWithoutResult(
        status -> {
          var state = lock();
          if (state == next) {
            return;
          }
          if (!state.mayBecome(next)) {
            throw new IllegalStateException(
                "evaluation %s: %s (expected: a state before %s)".formatted(id, state, next));
          }
          var now = clock.instant().atOffset(ZoneOffset.UTC);
          jdbc.sql(
                  """
                  update appraisal set state = :state, reason = :reason, started_at = coalesce(started_at, :now),
                    finished_at = cast(:finished as timestamptz) where id = :id""")
              .param("state", next.name())
              .param("reason", reason)
              .param("now", now)
              .param("finished", next.isFinal() ? now : null)
              .param("id", id)
              .update();
          events.append(id, AppraisalEvents.STATE, new AppraisalEvents.StateChanged(next, reason));
        });
  }

  /// Fixes what shapes the figures, before the first of them.
  public void conditions(Appraisal.Conditions conditions) {
    write(
        () ->
            jdbc.sql(
                    "update appraisal set threads = :threads, augmenter_build = :build where id = :id")
                .param("threads", conditions.threads())
                .param("build", conditions.augmenterBuild())
                .param("id", id)
                .update());
  }

  public void progress(AppraisalProgress progress) {
    write(
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
    write(
        () -> {
          jdbc.sql(
                  "insert into appraisal_cell (appraisal_id, method, share, seed, cell) values (:id, :method, :share, :seed, cast(:cell as json))")
              .param("id", id)
              .param("method", cell.method().toString())
              .param("share", cell.share().toString())
              .param("seed", cell.seed())
              .param("cell", json.writeValueAsString(cell))
              .update();
          jdbc.sql("update appraisal set fruitless_takes = 0 where id = :id")
              .param("id", id)
              .update();
          events.append(id, AppraisalEvents.CELL, cell);
        });
  }

  private void write(Runnable work) {
    transaction.executeWithoutResult(
        status -> {
          lock();
          work.run();
        });
  }

  private AppraisalState lock() {
    return jdbc.sql("select state from appraisal where id = :id and fence = :fence for update")
        .param("id", id)
        .param("fence", fence)
        .query(AppraisalState.class)
        .optional()
        .orElseThrow(this::lost);
  }

  private LeaseLost lost() {
    return new LeaseLost("evaluation %s is no longer owned under fence %d".formatted(id, fence));
  }
}
