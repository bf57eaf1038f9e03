package dev.athanor.trainer.lease;

import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/// A leased row, as far as its owner may write it. Every write is one transaction that first locks
/// the row under the owner's fence, so one with an old fence changes nothing.
public final class OwnedRow {
  private final LeaseTable table;
  private final String id;
  private final long fence;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  public OwnedRow(
      LeaseTable table, String id, long fence, JdbcClient jdbc, TransactionTemplate transaction) {
    this.table = table;
    this.id = id;
    this.fence = fence;
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  public String id() {
    return id;
  }

  public long fence() {
    return fence;
  }

  /// Runs `work` in a transaction that holds the row under our fence.
  ///
  /// @throws LeaseLost where the row has another owner by now
  public void write(Runnable work) {
    transaction.executeWithoutResult(
        status -> {
          lock(String.class);
          work.run();
        });
  }

  private <T> T lock(Class<T> state) {
    return jdbc.sql(
            "select state from %s where id = :id and fence = :fence for update"
                .formatted(table.title()))
        .param("id", id)
        .param("fence", fence)
        .query(state)
        .optional()
        .orElseThrow(this::lost);
  }

  private LeaseLost lost() {
    return new LeaseLost(
        "%s %s is no longer owned under fence %d".formatted(table.word(), id, fence));
  }

  /// Moves the row on; moving it to where it is changes nothing.
  ///
  /// @param tell part of the transaction, where something changes
  public <S extends Enum<S> & LeasedState<S>> void become(
      S next, @Nullable String reason, OffsetDateTime now, Runnable tell) {
    transaction.executeWithoutResult(
        status -> {
          var state = lock(next.getDeclaringClass());
          if (state == next) {
            return;
          }
          if (!state.mayBecome(next)) {
            throw new IllegalStateException(
                "%s %s: %s (expected: a state before %s)".formatted(table.word(), id, state, next));
          }
          jdbc.sql(
                  """
                  update %s set state = :state, reason = :reason, started_at = coalesce(started_at, :now),
                    finished_at = cast(:finished as timestamptz) where id = :id"""
                      .formatted(table.title()))
              .param("state", next.name())
              .param("reason", reason)
              .param("now", now)
              .param("finished", next.isFinal() ? now : null)
              .param("id", id)
              .update();
          tell.run();
        });
  }

  /// How many who had the row died over it, that is never gave it back, since it last got anywhere.
  public int deaths() {
    return jdbc.sql(
            "select fruitless_takes from %s where id = :id and fence = :fence"
                .formatted(table.title()))
        .param("id", id)
        .param("fence", fence)
        .query(Integer.class)
        .optional()
        .orElseThrow(this::lost);
  }

  /// The work got somewhere: whatever its owners died of is over.
  public void fruitful() {
    write(
        () ->
            jdbc.sql("update %s set fruitless_takes = 0 where id = :id".formatted(table.title()))
                .param("id", id)
                .update());
  }
}
