package dev.athanor.trainer.registry;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.file.StoredFile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Reads imports, and hands their rows to whoever has leased them.
@Component
public class Imports {
  private static final String SELECT =
      """
      select i.*, (select json_agg(v.model || '@' || v.version order by v.model) from model_version v
        where v.import_id = i.id and v.state <> 'PUBLISHING') as published
      from model_import i""";

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json;
  private final Clock clock;

  Imports(JdbcClient jdbc, TransactionTemplate transaction, JsonMapper json, Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.clock = clock;
  }

  ModelImport get(String id) {
    return jdbc.sql(SELECT + " where i.id = :id")
        .param("id", id)
        .query(this::read)
        .optional()
        .orElseThrow(
            () ->
                Problem.notFound(
                    "import: %s (expected: the id of an import)".formatted(Problem.quote(id))));
  }

  /// The newest first.
  ///
  /// @param model null for those of any
  /// @param before the id that the last page ended with, or null for the first page
  List<ModelImport> list(@Nullable String model, @Nullable String before, int limit) {
    return jdbc.sql(
            SELECT
                + """
                   where (cast(:model as text) is null or i.model = :model)
                    and (cast(:before as text) is null or i.id < :before)
                  order by i.id desc limit :limit""")
        .param("model", model)
        .param("before", before)
        .param("limit", limit)
        .query(this::read)
        .list();
  }

  public OwnedImport owned(String id, long fence) {
    return new OwnedImport(id, fence, jdbc, transaction, clock);
  }

  private ModelImport read(ResultSet row, int number) throws SQLException {
    var published = row.getString("published");
    return new ModelImport(
        row.getString("id"),
        row.getString("model"),
        ImportState.valueOf(row.getString("state")),
        row.getString("reason"),
        row.getString("phase"),
        json.readValue(row.getString("files"), new TypeReference<List<StoredFile>>() {}),
        published == null
            ? List.of()
            : json.readValue(published, new TypeReference<List<String>>() {}),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instantOrNull(row, "started_at"),
        instantOrNull(row, "finished_at"),
        row.getString("prefix"));
  }

  private static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    var at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
