package dev.athanor.trainer.appraisal;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.spec.AppraisalReader;
import dev.athanor.trainer.spec.AppraisalSpec;
import dev.athanor.trainer.spec.PublishedEncoder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Reads evaluations.
@Component
public class Appraisals {
  private static final String SELECT =
      """
      select appraisal.*, (select json_agg(cell) from appraisal_cell where appraisal_id = appraisal.id) as cells
      from appraisal""";

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final AppraisalReader specs;

  Appraisals(JdbcClient jdbc, JsonMapper json, AppraisalReader specs) {
    this.jdbc = jdbc;
    this.json = json;
    this.specs = specs;
  }

  /// Which evaluations a caller wants to see; null for any.
  ///
  /// @param model a name, with or without a version
  record Filter(@Nullable String model, @Nullable String dataset, @Nullable AppraisalState state) {}

  public Appraisal get(String id) {
    return jdbc.sql(SELECT + " where id = :id")
        .param("id", id)
        .query(this::appraisal)
        .optional()
        .orElseThrow(
            () ->
                Problem.notFound(
                    "evaluation: %s (expected: the id of an evaluation)"
                        .formatted(Problem.quote(id))));
  }

  /// The newest first.
  ///
  /// @param before the id that the last page ended with, or null for the first page
  List<Appraisal> list(Filter filter, @Nullable String before, int limit) {
    return jdbc.sql(
            SELECT
                + """
                   where (cast(:model as text) is null or model = :model or split_part(model, '@', 1) = :model)
                    and (cast(:dataset as text) is null or dataset = :dataset)
                    and (cast(:state as text) is null or state = :state)
                    and (cast(:before as text) is null or id < :before)
                  order by id desc limit :limit""")
        .param("model", filter.model())
        .param("dataset", filter.dataset())
        .param("state", filter.state() == null ? null : filter.state().name())
        .param("before", before)
        .param("limit", limit)
        .query(this::appraisal)
        .list();
  }

  private Appraisal appraisal(ResultSet row, int number) throws SQLException {
    AppraisalSpec spec = specs.readStored(row.getString("spec"));
    var build = row.getString("augmenter_build");
    return new Appraisal(
        row.getString("id"),
        AppraisalState.valueOf(row.getString("state")),
        row.getString("reason"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instantOrNull(row, "started_at"),
        instantOrNull(row, "finished_at"),
        spec,
        json.readValue(row.getString("encoder"), PublishedEncoder.class),
        json.readValue(row.getString("facts"), DatasetFacts.class),
        progress(row.getString("progress")),
        build == null ? null : new Appraisal.Conditions(row.getInt("threads"), build),
        cells(spec, row.getString("cells")));
  }

  private @Nullable AppraisalProgress progress(@Nullable String document) {
    return document == null ? null : json.readValue(document, AppraisalProgress.class);
  }

  private List<Cell> cells(AppraisalSpec spec, @Nullable String document) {
    if (document == null) {
      return List.of();
    }
    var order = spec.cells();
    return json.readValue(document, new TypeReference<List<Cell>>() {}).stream()
        .sorted(Comparator.comparingInt(cell -> order.indexOf(cell.asked())))
        .toList();
  }

  private static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    var at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
