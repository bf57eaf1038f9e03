package dev.athanor.augmentation.lease;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The leases of long work, kept in the rows that it makes. Every write but the claim itself names
/// the claim's fence, and returns false when a later claim has taken over, or the row is gone.
/// Times are the database's.
///
/// @param table its name, ours and never a caller's
/// @param key the columns by which a row is found, ours too
/// @param running the state of rows that have work left
/// @param claimed reads a claim from its row
public record LeasedRows<C extends Claimed>(
    JdbcClient jdbc, String table, List<String> key, String running, RowMapper<C> claimed) {

  public LeasedRows {
    key = List.copyOf(key);
  }

  /// Takes work that nobody does, the longest waiting first.
  public Optional<C> claim(Duration lease) {
    return jdbc.sql(
            """
            update %1$s t
            set fence = t.fence + 1, attempts = t.attempts + 1, samples = 0, bytes = 0,
                leased_until = now() + make_interval(secs => :lease)
            from (
              select %2$s from %1$s
              where state = '%3$s' and (leased_until is null or leased_until < now())
              order by leased_until nulls first, created_at
              limit 1 for update skip locked
            ) free
            where %4$s
            returning t.*
            """
                .formatted(table, String.join(", ", key), running, each("t.%1$s = free.%1$s")))
        .param("lease", seconds(lease))
        .query(claimed)
        .optional();
  }

  /// Holds the claim for another while, and tells how far the work is.
  public boolean renew(C claim, Duration lease, long samples, long bytes) {
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

  public boolean fail(C claim, String reason) {
    return held(
        claim,
        "state = 'FAILED', leased_until = null, reason = :reason",
        statement -> statement.param("reason", reason));
  }

  /// Gives the work back, to be taken again after a pause.
  public boolean release(C claim, Duration pause) {
    return held(
        claim,
        "leased_until = now() + make_interval(secs => :pause)",
        statement -> statement.param("pause", seconds(pause)));
  }

  /// Gives the work back at once, as if it had never been taken.
  public boolean handBack(C claim) {
    return held(claim, "leased_until = null, attempts = attempts - 1", statement -> statement);
  }

  /// Writes a row whose work is still this claim's.
  public boolean held(
      C claim, String assignments, UnaryOperator<JdbcClient.StatementSpec> parameters) {
    var statement =
        jdbc.sql(
                "update %s set %s where %s and fence = :fence and state = '%s'"
                    .formatted(table, assignments, each("%1$s = :%1$s"), running))
            .params(claim.key())
            .param("fence", claim.fence());
    return parameters.apply(statement).update() == 1;
  }

  private String each(String comparison) {
    return key.stream().map(comparison::formatted).collect(Collectors.joining(" and "));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
