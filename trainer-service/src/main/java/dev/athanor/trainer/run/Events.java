package dev.athanor.trainer.run;

import dev.athanor.contracts.run.RunEvent;
import dev.athanor.platform.kafka.Topics;
import dev.athanor.trainer.follow.EventRow;
import dev.athanor.trainer.follow.Followed;
import dev.athanor.trainer.follow.ProgressLog;
import dev.athanor.trainer.outbox.Outbox;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// The events of runs, in rows and on their way to Kafka.
@Component
class Events implements Followed, ProgressLog {
  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final Outbox outbox;
  private final Clock clock;

  Events(JdbcClient jdbc, JsonMapper json, Outbox outbox, Clock clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.outbox = outbox;
    this.clock = clock;
  }

  private record Place(long lastEvent, long fence) {}

  /// Adds `event` in the caller's transaction, which holds the lock of the run's row.
  void append(String run, Event event) {
    var place =
        jdbc.sql(
                "update run set last_event = last_event + 1 where id = :id returning last_event, fence")
            .param("id", run)
            .query(Place.class)
            .single();
    var now = clock.instant();
    jdbc.sql(
            "insert into run_event (run_id, sequence, kind, body, at) values (:run, :sequence, :kind, cast(:body as json), :at)")
        .param("run", run)
        .param("sequence", place.lastEvent())
        .param("kind", event.kind())
        .param("body", json.writeValueAsString(body(event)))
        .param("at", now.atOffset(ZoneOffset.UTC))
        .update();
    var record =
        RunEvent.newBuilder().setRunId(run).setFence(place.fence()).setAtMs(now.toEpochMilli());
    event.writeTo(record);
    outbox.add(Topics.RUN_EVENTS, run, record.build());
  }

  private static Object body(Event event) {
    return switch (event) {
      case Event.Progressed(var progress) -> progress;
      case Event.Alarmed(var alarm) -> alarm;
      case Event.State _, Event.Evaluated _ -> event;
    };
  }

  @Override
  public boolean hasEnded(String run) {
    return jdbc.sql("select state from run where id = :id")
        .param("id", run)
        .query(RunState.class)
        .single()
        .isFinal();
  }

  @Override
  public List<EventRow> after(String run, long sequence, int limit) {
    return jdbc.sql(
            "select sequence, kind, body from run_event where run_id = :run and sequence > :after order by sequence limit :limit")
        .param("run", run)
        .param("after", sequence)
        .param("limit", limit)
        .query(new SimplePropertyRowMapper<>(EventRow.class))
        .list();
  }

  @Override
  public int forgetProgress(Instant before, int limit) {
    return jdbc.sql(
            """
            delete from run_event where (run_id, sequence) in (
              select run_id, sequence from run_event where kind = 'progress' and at < :before limit :limit)""")
        .param("before", before.atOffset(ZoneOffset.UTC))
        .param("limit", limit)
        .update();
  }
}
