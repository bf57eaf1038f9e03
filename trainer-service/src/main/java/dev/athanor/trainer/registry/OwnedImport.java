package dev.athanor.trainer.registry;

import dev.athanor.trainer.lease.LeaseTable;
import dev.athanor.trainer.lease.OwnedRow;
import java.time.Clock;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/// What the owner of an import's lease may write.
public final class OwnedImport {
  private final OwnedRow row;
  private final JdbcClient jdbc;
  private final Clock clock;

  OwnedImport(
      String id, long fence, JdbcClient jdbc, TransactionTemplate transaction, Clock clock) {
    this.row = new OwnedRow(LeaseTable.IMPORT, id, fence, jdbc, transaction);
    this.jdbc = jdbc;
    this.clock = clock;
  }

  public String id() {
    return row.id();
  }

  public boolean cancelRequested() {
    return jdbc.sql("select cancel_requested from model_import where id = :id")
        .param("id", id())
        .query(Boolean.class)
        .single();
  }

  /// How many workers died over the import.
  public int deaths() {
    return row.deaths();
  }

  /// Moves the import on; moving it to where it is changes nothing.
  public void become(ImportState next, @Nullable String reason) {
    row.become(next, reason, clock.instant().atOffset(ZoneOffset.UTC), () -> set(null));
  }

  void phase(String phase) {
    row.write(() -> set(phase));
  }

  private void set(@Nullable String phase) {
    jdbc.sql("update model_import set phase = :phase where id = :id")
        .param("phase", phase)
        .param("id", id())
        .update();
  }

  /// Runs `work` in a transaction that holds the import's row under our fence.
  ///
  /// @throws dev.athanor.trainer.lease.LeaseLost where the import has another owner by now
  void write(Runnable work) {
    row.write(work);
  }
}
