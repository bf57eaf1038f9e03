package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.follow.EventRow;
import dev.athanor.trainer.follow.Followed;
import dev.athanor.trainer.follow.ProgressLog;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// The events of evaluations, in rows.
@Component
class AppraisalEvents implements Followed, ProgressLog {
  static final String STATE = "state";
  static final String PROGRESS = "progress";
  static final String CELL = "cell";

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final Clock clock;

  AppraisalEvents(JdbcClient jdbc, JsonMapper json, Clock clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.clock = clock;
  }

  /// The body of an event of kind `state`.
  record StateChanged(AppraisalState state, @Nullable String reason) {}

  /// Adds an event in the caller's transaction, which holds the lock of the evaluation's row.
  void append(String appraisal, String kind, Object body) {
    long sequence =
        jdbc.sql(
                "update appraisal set last_event = last_event + 1 where id = :id returning last_event")
            .param("id", appraisal)
            .query(Long.class)
            .single();
    jdbc.sql(
            "insert into appraisal_event (appraisal_id, sequence, kind, body, at) values (:id, :sequence, :kind, cast(:body as json), :at)")
        .param("id", appraisal)
        .param("sequence", sequence)
        .param("kind", kind)
        .param("body", json.writeValueAsString(body))
        .param("at", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }

  @Override
  public boolean hasEnded(String appraisal) {
    return jdbc.sql("select state from appraisal where id = :id")
        .param("id", appraisal)
        .query(AppraisalState.class)
        .single()
        .isFinal();
  }

  @Override
  public List<EventRow> after(String appraisal, long sequence, int limit) {
    return jdbc.sql(
            "select sequence, kind, body from appraisal_event where appraisal_id = :id and sequence > :after order by sequence limit :limit")
        .param("id", appraisal)
        .param("after", sequence)
        .param("limit", limit)
        .query(new SimplePropertyRowMapper<>(EventRow.class))
        .list();
  }

  @Override
  public int forgetProgress(Instant before, int limit) {
    return jdbc.sql(
            """
            delete from appraisal_event where (appraisal_id, sequence) in (
              select appraisal_id, sequence from appraisal_event where kind = 'progress' and at < :before limit :limit)""")
        .param("before", before.atOffset(ZoneOffset.UTC))
        .param("limit", limit)
        .update();
  }
}
