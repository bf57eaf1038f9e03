package dev.athanor.augmentation.token;

import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The leases of long work, kept in the rows that it makes. Every write but the claim itself names
/// the claim's fence, and returns false when a later claim has taken over, or the row is gone.
/// Times are the database's.
///
/// @param table its name, ours and never a caller's
/// @param running the state of rows that have work left
record JobRows(JdbcClient jdbc, String table, String running) {

  /// Takes work that nobody does, the longest waiting first.
  Optional<Job> claim(Duration lease) {
    return jdbc.sql(
            """
            update %1$s t
            set fence = t.fence + 1, attempts = t.attempts + 1, samples = 0, bytes = 0,
                leased_until = now() + make_interval(secs => :lease)
            from (
              select id from %1$s
              where state = '%2$s' and (leased_until is null or leased_until < now())
              order by leased_until nulls first, created_at
              limit 1 for update skip locked
            ) free
            where t.id = free.id
            returning t.id, t.fence, t.attempts
            """
                .formatted(table, running))
        .param("lease", seconds(lease))
        .query(
            (row, number) ->
                new Job(row.getString("id"), row.getLong("fence"), row.getInt("attempts")))
        .optional();
  }

  boolean renew(Job job, Duration lease, long samples, long bytes) {
    return held(
        job,
        """
        leased_until = now() + make_interval(secs => :lease), samples = :samples, bytes = :bytes
        """,
        statement ->
            statement
                .param("lease", seconds(lease))
                .param("samples", samples)
                .param("bytes", bytes));
  }

  boolean fail(Job job, String reason) {
    return held(
        job,
        "state = 'FAILED', leased_until = null, reason = :reason",
        statement -> statement.param("reason", reason));
  }

  /// Gives the work back, to be taken again after a pause.
  boolean release(Job job, Duration pause) {
    return held(
        job,
        "leased_until = now() + make_interval(secs => :pause)",
        statement -> statement.param("pause", seconds(pause)));
  }

  /// Gives the work back at once, as if it had never been taken.
  boolean handBack(Job job) {
    return held(job, "leased_until = null, attempts = attempts - 1", statement -> statement);
  }

  /// Writes a row whose work is still this claim's.
  boolean held(Job job, String assignments, UnaryOperator<JdbcClient.StatementSpec> parameters) {
    var statement =
        jdbc.sql(
                "update %s set %s where id = :id and fence = :fence and state = '%s'"
                    .formatted(table, assignments, running))
            .param("id", job.id())
            .param("fence", job.fence());
    return parameters.apply(statement).update() == 1;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
