package dev.athanor.trainer.registry;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.file.StoredFile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Reads the registry. What a run is still uploading is not in it.
@Component
class Models {
  static final String BUCKET = "athanor-models";

  private static final String VERSIONS =
      """
      select v.*, coalesce(v.prefix, v.model || '/' || v.version || '/') as folder, (select json_agg(alias order by alias) from model_alias a
        where a.model = v.model and a.version = v.version) as aliases
      from model_version v where v.state <> 'PUBLISHING'""";

  private final JdbcClient jdbc;
  private final JsonMapper json;

  Models(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /// @param latest the newest version that is ready; null where all are retired
  /// @param kind of the newest version that is ready, as its card says; null where none is
  record Summary(
      String name,
      @Nullable String kind,
      Instant createdAt,
      int versions,
      @Nullable Integer latest,
      Map<String, Integer> aliases) {}

  /// By name.
  ///
  /// @param after the name that the last page ended with, or null for the first page
  List<Summary> list(@Nullable String after, int limit) {
    return jdbc.sql(
            """
            select name, created_at, (select count(*) from model_version v where v.model = name and v.state <> 'PUBLISHING') as versions,
              (select cast(card as json) ->> 'kind' from model_version v where v.model = name and v.state = 'READY' order by version desc limit 1) as kind
            from model where exists (select 1 from model_version v where v.model = name and v.state <> 'PUBLISHING')
              and (cast(:after as text) is null or name > :after)
            order by name limit :limit""")
        .param("after", after)
        .param("limit", limit)
        .query(this::summary)
        .list();
  }

  private Summary summary(ResultSet row, int number) throws SQLException {
    var aliases = aliases(row.getString("name"));
    return new Summary(
        row.getString("name"),
        row.getString("kind"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getInt("versions"),
        aliases.get(Registrar.LATEST),
        aliases);
  }

  private record Alias(String alias, int version) {}

  Map<String, Integer> aliases(String model) {
    var aliases = new TreeMap<String, Integer>();
    jdbc.sql("select alias, version from model_alias where model = :model")
        .param("model", model)
        .query(Alias.class)
        .list()
        .forEach(alias -> aliases.put(alias.alias(), alias.version()));
    return aliases;
  }

  /// All versions, the newest first.
  ///
  /// @throws Problem where there is no such model
  List<PublishedVersion> versions(String model) {
    var versions =
        jdbc.sql(VERSIONS + " and v.model = :model order by v.version desc")
            .param("model", model)
            .query(this::version)
            .list();
    if (versions.isEmpty()) {
      throw Problem.notFound(
          "model: %s (expected: one of %s)".formatted(Problem.quote(model), names()));
    }
    return versions;
  }

  private List<String> names() {
    return list(null, 20).stream().map(Summary::name).toList();
  }

  PublishedVersion version(String model, int version) {
    var versions = versions(model);
    return versions.stream()
        .filter(one -> one.version() == version)
        .findFirst()
        .orElseThrow(
            () ->
                Problem.notFound(
                    "version: %d of %s (expected: one of %s)"
                        .formatted(
                            version,
                            model,
                            versions.stream().map(PublishedVersion::version).toList())));
  }

  /// The version of `model` that the run or import made which made `other`; none where `other` was
  /// uploaded.
  Optional<PublishedVersion> madeWith(String model, PublishedVersion other) {
    return jdbc.sql(
            VERSIONS + " and v.model = :model and (v.run_id = :run or v.import_id = :imported)")
        .param("model", model)
        .param("run", other.run())
        .param("imported", other.imported())
        .query(this::version)
        .optional();
  }

  private PublishedVersion version(ResultSet row, int number) throws SQLException {
    var aliases = row.getString("aliases");
    return new PublishedVersion(
        row.getString("model"),
        row.getInt("version"),
        ModelVersionState.valueOf(row.getString("state")),
        row.getString("reason"),
        row.getString("run_id"),
        row.getString("import_id"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        aliases == null ? List.of() : json.readValue(aliases, new TypeReference<List<String>>() {}),
        json.readValue(row.getString("files"), new TypeReference<List<StoredFile>>() {}),
        row.getString("folder"),
        row.getString("trial"),
        row.getString("card"));
  }
}
