package dev.athanor.embedding.job;

import dev.athanor.platform.idempotency.Fingerprint;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

/// The rows of jobs, of their parts' files, and the leases in them. Every write by a worker names
/// its claim's fence and changes nothing once a later claim has taken over. Times are the
/// database's.
@Repository
class JobRows {
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  JobRows(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  /// A job that this process works on.
  ///
  /// @param attempt counts those that did not get anywhere until it was taken, from 1
  record Claim(String id, long fence, int attempt) {}

  /// False where the key is taken, or there are `most` jobs that are not finished.
  boolean add(Job job, Fingerprint fingerprint, int most) {
    return jdbc.sql(
                """
                insert into embedding_job (id, state, model, dimensions, dataset, version, split, format, part_samples,
                                           total, created_at, idempotency_key, request_sha256)
                select :id, 'QUEUED', :model, :dimensions, :dataset, :version, :split, :format, :partSamples,
                       :total, now(), :key, :sha256
                where (select count(*) from embedding_job where state in ('QUEUED', 'RUNNING')) < :most
                on conflict do nothing
                """)
            .param("id", job.id())
            .param("model", job.model())
            .param("dimensions", job.dimensions())
            .param("dataset", job.dataset())
            .param("version", job.version())
            .param("split", job.split())
            .param("format", job.format().name())
            .param("partSamples", job.partSamples())
            .param("total", job.total())
            .param("key", fingerprint.key())
            .param("sha256", fingerprint.sha256())
            .param("most", most)
            .update()
        == 1;
  }

  Optional<Job> createdWith(Fingerprint fingerprint) {
    return fingerprint.createdBefore(jdbc, "embedding_job", "job", "request").flatMap(this::find);
  }

  Optional<Job> find(String id) {
    return one("id", id);
  }

  private Optional<Job> one(String column, String value) {
    return jdbc.sql("select * from embedding_job where " + column + " = ?")
        .params(value)
        .query(JobRows::job)
        .optional();
  }

  /// Of all jobs.
  List<String> ids() {
    return jdbc.sql("select id from embedding_job")
        .query((row, number) -> row.getString("id"))
        .list();
  }

  /// The newest first, those before `before`.
  List<Job> list(@Nullable String before, int limit) {
    return jdbc.sql(
            """
            select * from embedding_job where cast(:before as text) is null or id < :before order by id desc limit :limit
            """)
        .param("before", before)
        .param("limit", limit)
        .query(JobRows::job)
        .list();
  }

  /// What there is of a job's files.
  JobDocument.Output output(String id) {
    return jdbc.sql(
            "select count(*) as files, coalesce(sum(bytes), 0) as bytes from embedding_file where job_id = ?")
        .params(id)
        .query((row, number) -> new JobDocument.Output(row.getLong("files"), row.getLong("bytes")))
        .single();
  }

  /// The files of whole parts, in the order of the parts.
  List<PartFile> files(String id) {
    return jdbc.sql(
            "select name, key, samples, bytes, sha256 from embedding_file where job_id = ? order by part, name")
        .params(id)
        .query(new SimplePropertyRowMapper<>(PartFile.class))
        .list();
  }

  Optional<PartFile> file(String id, String name) {
    return jdbc.sql(
            "select name, key, samples, bytes, sha256 from embedding_file where job_id = ? and name = ?")
        .params(id, name)
        .query(new SimplePropertyRowMapper<>(PartFile.class))
        .optional();
  }

  /// Calls a job off: at once where nobody works on it yet, else at its worker's next beat.
  void cancel(String id) {
    jdbc.sql(
            """
            update embedding_job
            set cancel_requested = true,
                state = case when state = 'QUEUED' then 'CANCELLED' else state end,
                finished_at = case when state = 'QUEUED' then now() else finished_at end
            where id = ? and state in ('QUEUED', 'RUNNING')
            """)
        .params(id)
        .update();
  }

  /// Queues a job that has failed once more, with the parts that it has; false where it has not
  /// failed, or there are `most` jobs that are not finished.
  boolean retry(String id, int most) {
    return jdbc.sql(
                """
                update embedding_job
                set state = 'QUEUED', reason = null, finished_at = null, cancel_requested = false, attempts = 0
                where id = :id and state = 'FAILED'
                  and (select count(*) from embedding_job where state in ('QUEUED', 'RUNNING')) < :most
                """)
            .param("id", id)
            .param("most", most)
            .update()
        == 1;
  }

  /// Deletes a job that has ended; false where it has not.
  boolean delete(String id) {
    return jdbc.sql(
                "delete from embedding_job where id = ? and state in ('SUCCEEDED', 'FAILED', 'CANCELLED')")
            .params(id)
            .update()
        == 1;
  }

  /// Takes the job that has waited longest and that nobody works on.
  Optional<Claim> claim(Duration lease) {
    return jdbc.sql(
            """
            update embedding_job j
            set fence = j.fence + 1, attempts = j.attempts + 1, state = 'RUNNING', rate = 0, reason = null,
                started_at = coalesce(j.started_at, now()), leased_until = now() + make_interval(secs => :lease),
                done = least(j.total, (select count(distinct part) from embedding_file where job_id = j.id) * j.part_samples)
            from (
              select id from embedding_job
              where state in ('QUEUED', 'RUNNING') and (leased_until is null or leased_until < now())
              order by id limit 1 for update skip locked
            ) free
            where j.id = free.id
            returning j.id, j.fence, j.attempts
            """)
        .param("lease", seconds(lease))
        .query(
            (row, number) ->
                new Claim(row.getString("id"), row.getLong("fence"), row.getInt("attempts")))
        .optional();
  }

  /// Holds the claim for another while; empty where it is lost, else whether the job was called
  /// off.
  Optional<Boolean> renew(Claim claim, Duration lease, long done, double rate) {
    return jdbc.sql(
            """
            update embedding_job
            set leased_until = now() + make_interval(secs => :lease), done = :done, rate = :rate
            where id = :id and fence = :fence and state = 'RUNNING'
            returning cancel_requested
            """)
        .param("lease", seconds(lease))
        .param("done", done)
        .param("rate", rate)
        .param("id", claim.id())
        .param("fence", claim.fence())
        .query(Boolean.class)
        .optional();
  }

  /// Makes a part count; false where the claim is lost. An attempt that gets this far has got
  /// somewhere, so attempts are counted anew.
  boolean addPart(Claim claim, int part, long done, List<PartFile> files) {
    return Boolean.TRUE.equals(
        transaction.execute(
            _ -> {
              if (!held(claim, "attempts = 1, done = :done", it -> it.param("done", done))) {
                return false;
              }
              files.forEach(file -> addFile(claim.id(), part, file));
              return true;
            }));
  }

  private void addFile(String id, int part, PartFile file) {
    jdbc.sql(
            """
            insert into embedding_file (job_id, part, name, key, samples, bytes, sha256)
            values (:id, :part, :name, :key, :samples, :bytes, :sha256)
            """)
        .param("id", id)
        .param("part", part)
        .param("name", file.name())
        .param("key", file.key())
        .param("samples", file.samples())
        .param("bytes", file.bytes())
        .param("sha256", file.sha256())
        .update();
  }

  /// Ends a job well, with the file that lists all others.
  boolean succeed(Claim claim, int part, PartFile manifest) {
    return Boolean.TRUE.equals(
        transaction.execute(
            _ -> {
              if (!held(
                  claim,
                  "state = 'SUCCEEDED', finished_at = now(), leased_until = null, done = total",
                  it -> it)) {
                return false;
              }
              addFile(claim.id(), part, manifest);
              return true;
            }));
  }

  boolean fail(Claim claim, String reason) {
    return held(
        claim,
        "state = 'FAILED', finished_at = now(), leased_until = null, reason = :reason",
        it -> it.param("reason", reason));
  }

  boolean cancelled(Claim claim) {
    return held(claim, "state = 'CANCELLED', finished_at = now(), leased_until = null", it -> it);
  }

  /// How many attempts got nowhere, with the one under way.
  int attempts(String id) {
    return jdbc.sql("select attempts from embedding_job where id = ?")
        .params(id)
        .query(Integer.class)
        .single();
  }

  /// Gives the job back, to be taken again after a pause.
  ///
  /// @param reason why the attempt ended
  boolean release(Claim claim, Duration pause, String reason) {
    return queue(claim, "attempts", pause, reason);
  }

  /// Gives the job back as if it had never been taken, to be taken again after a pause.
  ///
  /// @param reason why it is not worked on
  boolean handBack(Claim claim, Duration pause, @Nullable String reason) {
    return queue(claim, "attempts - 1", pause, reason);
  }

  /// Nobody holds a job that waits for its next attempt, so one that was called off ends here.
  private boolean queue(Claim claim, String attempts, Duration pause, @Nullable String reason) {
    return held(
        claim,
        """
        state = case when cancel_requested then 'CANCELLED' else 'QUEUED' end,
        finished_at = case when cancel_requested then now() end,
        leased_until = now() + make_interval(secs => :pause), rate = 0, reason = :reason, attempts = %s
        """
            .formatted(attempts),
        it -> it.param("pause", seconds(pause)).param("reason", reason));
  }

  private boolean held(
      Claim claim, String assignments, UnaryOperator<JdbcClient.StatementSpec> parameters) {
    var statement =
        jdbc.sql(
                "update embedding_job set %s where id = :id and fence = :fence and state = 'RUNNING'"
                    .formatted(assignments))
            .param("id", claim.id())
            .param("fence", claim.fence());
    return parameters.apply(statement).update() == 1;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static Job job(ResultSet row, int number) throws SQLException {
    return new Job(
        row.getString("id"),
        JobState.valueOf(row.getString("state")),
        row.getString("reason"),
        row.getBoolean("cancel_requested"),
        row.getString("model"),
        row.getInt("dimensions"),
        row.getString("dataset"),
        row.getInt("version"),
        row.getString("split"),
        JobFormat.valueOf(row.getString("format")),
        row.getInt("part_samples"),
        row.getLong("total"),
        row.getLong("done"),
        row.getDouble("rate"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "started_at"),
        instant(row, "finished_at"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
