package dev.athanor.trainer.registry;

import dev.athanor.trainer.lease.LeaseLost;
import java.time.Clock;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/// What the owner of an import's lease may write. Every write is one transaction that first locks
/// the row under the owner's fence, so one with an old fence changes nothing.
public final class OwnedImport {
  private final String id;
  private final long fence;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Clock clock;

  OwnedImport(
      String id, long fence, JdbcClient jdbc, TransactionTemplate transaction, Clock clock) {
    this.id = id;
    this.fence = fence;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.clock = clock;
  }

  public String id() {
    return id;
  }

  /// Counts that the import was taken once more; returns how often.
  public int taken() {
    return jdbc.sql(
            "update model_import set fruitless_takes = fruitless_takes + 1 where id = :id and fence = :fence returning fruitless_takes")
        .param("id", id)
        .param("fence", fence)
        .query(Integer.class)
        .optional()
        .orElseThrow(this::lost);
  }

  /// Moves the import on; moving it to where it is changes nothing.
  public void become(ImportState next, @Nullable String reason) {
    transaction.executeWithoutResult(
        status -> {
          var state = lock();
          if (state == next) {
            return;
          }
          if (!state.mayBecome(next)) {
            throw new IllegalStateException(
                "import %s: %s (expected: a state before %s)".formatted(id, state, next));
          }
          var now = clock.instant().atOffset(ZoneOffset.UTC);
          jdbc.sql(
                  """
                  update model_import set state = :state, reason = :reason, phase = null,
                    started_at = coalesce(started_at, :now), finished_at = cast(:finished as timestamptz)
                  where id = :id""")
              .param("state", next.name())
              .param("reason", reason)
              .param("now", now)
              .param("finished", next == ImportState.RUNNING ? null : now)
              .param("id", id)
              .update();
        });
  }

  void phase(String phase) {
    write(
        () ->
            jdbc.sql("update model_import set phase = :phase where id = :id")
                .param("phase", phase)
                .param("id", id)
                .update());
  }

  /// Runs `work` in a transaction that holds the import's row under our fence.
  ///
  /// @throws LeaseLost where the import has another owner by now
  void write(Runnable work) {
    transaction.executeWithoutResult(
        status -> {
          lock();
          work.run();
        });
  }

  private ImportState lock() {
    return jdbc.sql("select state from model_import where id = :id and fence = :fence for update")
        .param("id", id)
        .param("fence", fence)
        .query(ImportState.class)
        .optional()
        .orElseThrow(this::lost);
  }

  private LeaseLost lost() {
    return new LeaseLost("import %s is no longer owned under fence %d".formatted(id, fence));
  }
}
