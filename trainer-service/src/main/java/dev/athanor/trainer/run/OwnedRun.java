package dev.athanor.trainer.run;

import dev.athanor.learning.evaluation.HealthyBand;
import dev.athanor.trainer.lease.LeaseTable;
import dev.athanor.trainer.lease.OwnedRow;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/// What the owner of a run's lease may write.
public final class OwnedRun {
  private final OwnedRow row;
  private final String id;
  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final Events events;
  private final Clock clock;

  OwnedRun(
      String id,
      long fence,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      JsonMapper json,
      Events events,
      Clock clock) {
    this.row = new OwnedRow(LeaseTable.RUN, id, fence, jdbc, transaction);
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

  /// The row, for what is written of a run elsewhere.
  public OwnedRow row() {
    return row;
  }

  /// Runs `work` in a transaction that holds the run's row under our fence.
  ///
  /// @throws dev.athanor.trainer.lease.LeaseLost where the run has another owner by now
  public void write(Runnable work) {
    row.write(work);
  }

  public boolean cancelRequested() {
    return jdbc.sql("select cancel_requested from run where id = :id")
        .param("id", id)
        .query(Boolean.class)
        .single();
  }

  /// How many workers died over the run since it last got anywhere.
  public int deaths() {
    return row.deaths();
  }

  /// Moves the run on; moving it to where it is changes nothing.
  public void become(RunState next, @Nullable String reason) {
    row.become(
        next,
        reason,
        clock.instant().atOffset(ZoneOffset.UTC),
        () -> events.append(id, new Event.State(next, reason)));
  }

  public void plan(Plan plan) {
    write(
        () ->
            jdbc.sql("update run set plan = cast(:plan as json) where id = :id")
                .param("plan", json.writeValueAsString(plan))
                .param("id", id)
                .update());
  }

  public void progress(Progress progress) {
    write(
        () -> {
          jdbc.sql("update run set progress = cast(:progress as json) where id = :id")
              .param("progress", json.writeValueAsString(progress))
              .param("id", id)
              .update();
          events.append(id, new Event.Progressed(progress));
        });
  }

  /// A point of the learning curve; a resumed run writes some of them again.
  public void point(
      long step, int epoch, double loss, double learningRate, double imagesPerSecond) {
    write(
        () ->
            jdbc.sql(
                    """
                    insert into metric (run_id, step, epoch, loss, learning_rate, images_per_second, at)
                    values (:run, :step, :epoch, :loss, :rate, :speed, :at)
                    on conflict (run_id, step) do update
                    set loss = excluded.loss, images_per_second = excluded.images_per_second, at = excluded.at""")
                .param("run", id)
                .param("step", step)
                .param("epoch", epoch)
                .param("loss", loss)
                .param("rate", learningRate)
                .param("speed", imagesPerSecond)
                .param("at", clock.instant().atOffset(ZoneOffset.UTC))
                .update());
  }

  /// Figures of the encoder after `step` steps; they replace older ones of the same name.
  ///
  /// @param bands of those that have one
  /// @param causes for alarm that are among them; none ends an alarm that was
  public void evaluated(
      long step,
      int epoch,
      Map<String, Double> figures,
      Map<String, HealthyBand> bands,
      List<String> causes) {
    var alarm = causes.isEmpty() ? null : new Alarm(step, epoch, causes);
    write(
        () -> {
          jdbc.sql(
                  """
                  insert into evaluation (run_id, step, epoch, figures, at)
                  values (:run, :step, :epoch, cast(:figures as json), :at)
                  on conflict (run_id, step) do update set figures = excluded.figures, at = excluded.at""")
              .param("run", id)
              .param("step", step)
              .param("epoch", epoch)
              .param("figures", json.writeValueAsString(figures))
              .param("at", clock.instant().atOffset(ZoneOffset.UTC))
              .update();
          jdbc.sql(
                  """
                  update run set figures = cast(cast(figures as jsonb) || cast(:figures as jsonb) as json),
                    bands = cast(:bands as json), alarm = cast(:alarm as json) where id = :id""")
              .param("figures", json.writeValueAsString(figures))
              .param("bands", json.writeValueAsString(bands))
              .param("alarm", alarm == null ? null : json.writeValueAsString(alarm))
              .param("id", id)
              .update();
          events.append(id, new Event.Evaluated(step, epoch, figures));
          if (alarm != null) {
            events.append(id, new Event.Alarmed(alarm));
          }
        });
  }

  /// Whether the encoder was judged after `step` steps.
  public boolean isEvaluated(long step) {
    return jdbc.sql("select exists (select 1 from evaluation where run_id = :run and step = :step)")
        .param("run", id)
        .param("step", step)
        .query(Boolean.class)
        .single();
  }

  /// A picture of what the model makes after `step` steps; it replaces the older one of that name.
  public void picture(String name, long step, byte[] png) {
    write(
        () ->
            jdbc.sql(
                    """
                    insert into picture (run_id, name, step, png) values (:run, :name, :step, :png)
                    on conflict (run_id, name) do update set step = excluded.step, png = excluded.png""")
                .param("run", id)
                .param("name", name)
                .param("step", step)
                .param("png", png)
                .update());
  }

  /// Texts that the model makes up after `step` steps; they replace the older ones of that name.
  public void made(String name, long step, List<String> texts) {
    write(
        () ->
            jdbc.sql(
                    """
                    insert into made_text (run_id, name, step, texts) values (:run, :name, :step, cast(:texts as json))
                    on conflict (run_id, name) do update set step = excluded.step, texts = excluded.texts""")
                .param("run", id)
                .param("name", name)
                .param("step", step)
                .param("texts", json.writeValueAsString(texts))
                .update());
  }

  /// A line of the final table.
  public void judged(long step, int epoch, Verdict verdict) {
    write(
        () -> {
          jdbc.sql(
                  """
                  insert into verdict (run_id, encoder, method, fraction, labels, accuracy, epochs)
                  values (:run, :encoder, :method, :fraction, :labels, :accuracy, :epochs)
                  on conflict (run_id, encoder, method, fraction) do update
                  set labels = excluded.labels, accuracy = excluded.accuracy, epochs = excluded.epochs""")
              .param("run", id)
              .param("encoder", verdict.encoder())
              .param("method", verdict.method())
              .param("fraction", verdict.fraction())
              .param("labels", verdict.labels())
              .param("accuracy", verdict.accuracy())
              .param("epochs", verdict.epochs())
              .update();
          row.fruitful();
          events.append(
              id, new Event.Evaluated(step, epoch, Map.of(verdict.figure(), verdict.accuracy())));
        });
  }

  /// Whether this line of the table is there already, from before a crash.
  public boolean isJudged(String encoder, String method, double fraction) {
    return jdbc.sql(
            "select exists (select 1 from verdict where run_id = :run and encoder = :encoder and method = :method and fraction = :fraction)")
        .param("run", id)
        .param("encoder", encoder)
        .param("method", method)
        .param("fraction", fraction)
        .query(Boolean.class)
        .single();
  }

  /// The run got somewhere: whatever its owners died of is over.
  public void fruitful() {
    row.fruitful();
  }
}
