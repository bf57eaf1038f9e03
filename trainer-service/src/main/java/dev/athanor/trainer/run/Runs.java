package dev.athanor.trainer.run;

import dev.athanor.learning.evaluation.HealthyBand;
import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.RunSpec;
import dev.athanor.trainer.spec.SpecReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Reads runs and what was recorded of them.
@Component
public class Runs {
  private static final String SELECT =
      """
      select run.*,
        (select json_agg(json_build_object('encoder', encoder, 'method', method, 'fraction', fraction,
            'labels', labels, 'accuracy', accuracy, 'epochs', epochs) order by encoder, method, fraction)
          from verdict where run_id = run.id) as verdicts,
        (select version from model_version where run_id = run.id and model = run.name and state <> 'PUBLISHING') as model_version,
        (select sweep_id from sweep_cell where run_id = run.id) as sweep
      from run""";

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final SpecReader specs;

  Runs(JdbcClient jdbc, JsonMapper json, SpecReader specs) {
    this.jdbc = jdbc;
    this.json = json;
    this.specs = specs;
  }

  /// A point of a run's learning curve.
  record Point(
      long step, int epoch, double loss, double learningRate, double imagesPerSecond, Instant at) {}

  /// What an evaluation while training came to.
  record EvaluationPoint(long step, int epoch, Map<String, Double> figures) {}

  public Optional<Run> find(String id) {
    return jdbc.sql(SELECT + " where id = :id").param("id", id).query(this::run).optional();
  }

  public Run get(String id) {
    return find(id)
        .orElseThrow(
            () ->
                Problem.notFound(
                    "run: %s (expected: the id of a run)".formatted(Problem.quote(id))));
  }

  /// Which runs are listed; null where it does not matter.
  record Filter(@Nullable String name, @Nullable String dataset, @Nullable RunState state) {}

  /// The newest first.
  ///
  /// @param before the id that the last page ended with, or null for the first page
  List<Run> list(Filter filter, @Nullable String before, int limit) {
    return jdbc.sql(
            SELECT
                + """
                 where (cast(:name as text) is null or name = :name)
                  and (cast(:dataset as text) is null or dataset ->> 'dataset' = :dataset)
                  and (cast(:state as text) is null or state = :state)
                  and (cast(:before as text) is null or id < :before)
                order by id desc limit :limit""")
        .param("name", filter.name())
        .param("dataset", filter.dataset())
        .param("state", filter.state() == null ? null : filter.state().name())
        .param("before", before)
        .param("limit", limit)
        .query(this::run)
        .list();
  }

  /// The runs of a sweep, in the order of its cells.
  public List<Run> ofSweep(String sweep) {
    return jdbc.sql(
            SELECT
                + " join sweep_cell c on c.run_id = run.id where c.sweep_id = :sweep order by c.cell")
        .param("sweep", sweep)
        .query(this::run)
        .list();
  }

  List<Point> points(String run, long afterStep) {
    return jdbc.sql(
            "select step, epoch, loss, learning_rate, images_per_second, at from metric where run_id = :run and step > :after order by step")
        .param("run", run)
        .param("after", afterStep)
        .query(
            (row, number) ->
                new Point(
                    row.getLong("step"),
                    row.getInt("epoch"),
                    row.getDouble("loss"),
                    row.getDouble("learning_rate"),
                    row.getDouble("images_per_second"),
                    instant(row, "at")))
        .list();
  }

  List<EvaluationPoint> evaluations(String run, long afterStep) {
    return jdbc.sql(
            "select step, epoch, figures from evaluation where run_id = :run and step > :after order by step")
        .param("run", run)
        .param("after", afterStep)
        .query(
            (row, number) ->
                new EvaluationPoint(
                    row.getLong("step"), row.getInt("epoch"), figures(row.getString("figures"))))
        .list();
  }

  private Run run(ResultSet row, int number) throws SQLException {
    RunSpec spec = specs.readStored(row.getString("spec"));
    int version = row.getInt("model_version");
    return new Run(
        row.getString("id"),
        RunState.valueOf(row.getString("state")),
        row.getString("reason"),
        instant(row, "created_at"),
        instantOrNull(row, "started_at"),
        instantOrNull(row, "finished_at"),
        spec,
        json.readValue(row.getString("dataset"), DatasetFacts.class),
        orNull(row.getString("parent"), PublishedEncoder.class),
        orNull(row.getString("plan"), Plan.class),
        orNull(row.getString("progress"), Progress.class),
        figures(row.getString("figures")),
        bands(row.getString("bands")),
        verdicts(row.getString("verdicts")),
        orNull(row.getString("alarm"), Alarm.class),
        version == 0 ? null : new Run.PublishedModel(spec.name(), version),
        row.getString("sweep"));
  }

  private <T> @Nullable T orNull(@Nullable String document, Class<T> type) {
    return document == null ? null : json.readValue(document, type);
  }

  private Map<String, Double> figures(String document) {
    return json.readValue(document, new TypeReference<>() {});
  }

  private Map<String, HealthyBand> bands(String document) {
    return json.readValue(document, new TypeReference<>() {});
  }

  private List<Verdict> verdicts(@Nullable String document) {
    return document == null ? List.of() : json.readValue(document, new TypeReference<>() {});
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    var at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
