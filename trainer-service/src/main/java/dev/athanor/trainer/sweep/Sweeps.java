package dev.athanor.trainer.sweep;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.run.RunState;
import dev.athanor.trainer.run.Runs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Reads sweeps.
@Component
class Sweeps {
  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final Runs runs;

  Sweeps(JdbcClient jdbc, JsonMapper json, Runs runs) {
    this.jdbc = jdbc;
    this.json = json;
    this.runs = runs;
  }

  /// A sweep without its cells.
  ///
  /// @param fields that its grid is over
  /// @param runs how many are in each state
  record Summary(
      String id,
      String name,
      SweepState state,
      Instant createdAt,
      Set<String> fields,
      Map<RunState, Integer> runs) {}

  Sweep get(String id) {
    return jdbc.sql("select * from sweep where id = :id")
        .param("id", id)
        .query(
            (row, number) ->
                new Sweep(
                    row.getString("id"),
                    row.getString("name"),
                    createdAt(row),
                    Grid.ofStored(row.getString("grid")),
                    runs.ofSweep(id)))
        .optional()
        .orElseThrow(() -> unknown(id));
  }

  private static Problem unknown(String id) {
    return Problem.notFound("sweep: %s (expected: the id of a sweep)".formatted(Problem.quote(id)));
  }

  /// The newest first.
  ///
  /// @param before the id that the last page ended with, or null for the first page
  List<Summary> list(@Nullable String before, int limit) {
    return jdbc.sql(
            """
            select s.*, (select json_object_agg(state, many) from
                (select state, count(*) as many from sweep_cell c join run r on r.id = c.run_id
                  where c.sweep_id = s.id group by state) counted) as counts
            from sweep s where cast(:before as text) is null or id < :before
            order by id desc limit :limit""")
        .param("before", before)
        .param("limit", limit)
        .query(this::summary)
        .list();
  }

  private Summary summary(ResultSet row, int number) throws SQLException {
    Map<RunState, Integer> counts =
        json.readValue(row.getString("counts"), new TypeReference<>() {});
    Map<String, Object> grid = json.readValue(row.getString("grid"), new TypeReference<>() {});
    return new Summary(
        row.getString("id"),
        row.getString("name"),
        SweepState.of(counts.keySet()),
        createdAt(row),
        grid.keySet(),
        counts);
  }

  private static Instant createdAt(ResultSet row) throws SQLException {
    return row.getObject("created_at", OffsetDateTime.class).toInstant();
  }

  /// The sequence of a cell's newest event.
  record Mark(int cell, RunState state, long lastEvent) {}

  /// In the order of the cells; none where there is no such sweep.
  List<Mark> marks(String sweep) {
    return jdbc.sql(
            "select cell, state, last_event from sweep_cell c join run r on r.id = c.run_id where sweep_id = :sweep order by cell")
        .param("sweep", sweep)
        .query(new SimplePropertyRowMapper<>(Mark.class))
        .list();
  }

  /// The least and the most that a figure was in one cell's evaluations, and its newest.
  record Course(int cell, @Nullable Double least, @Nullable Double most, @Nullable Double last) {}

  /// The course of a figure of the evaluations in every cell that has it.
  List<Course> evaluated(String sweep, String figure) {
    return jdbc.sql(
            """
            select cell, min(value) as least, max(value) as most, (array_agg(value order by step desc))[1] as last
            from (select cell, step, nullif(cast(figures ->> cast(:figure as text) as double precision), 'NaN') as value
              from sweep_cell c join evaluation e on e.run_id = c.run_id
              where sweep_id = :sweep and figures ->> cast(:figure as text) is not null) points
            group by cell order by cell""")
        .param("figure", figure)
        .param("sweep", sweep)
        .query(new SimplePropertyRowMapper<>(Course.class))
        .list();
  }

  /// The course of the training loss in every cell that has trained.
  List<Course> losses(String sweep) {
    return jdbc.sql(
            """
            select cell, min(value) as least, max(value) as most, (array_agg(value order by step desc))[1] as last
            from (select cell, step, nullif(loss, 'NaN') as value
              from sweep_cell c join metric m on m.run_id = c.run_id where sweep_id = :sweep) points
            group by cell order by cell""")
        .param("sweep", sweep)
        .query(new SimplePropertyRowMapper<>(Course.class))
        .list();
  }
}
