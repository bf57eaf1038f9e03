package dev.athanor.trainer.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.testkit.Servers;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.ResNetSpec;
import java.util.List;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.json.JsonMapper;

/// Published encoders that runs and evaluations were stored with before there were any of texts.
class StoredEncodersIT {
  private static final String BEFORE =
      """
      {"model": "shoes", "version": 3, "encoder": {"kind": "resnet", "depth": 10, "width": 4, "stem": "cifar"},
       "channels": 1, "size": 28, "mean": [0.286], "std": [0.353]}""";

  @Test
  void areReadAsTheyWere() {
    var settings = Servers.properties();
    var database =
        new DriverManagerDataSource(
            Objects.requireNonNull(settings.get("ATHANOR_POSTGRES_URL")),
            Objects.requireNonNull(settings.get("ATHANOR_POSTGRES_USER")),
            Objects.requireNonNull(settings.get("ATHANOR_POSTGRES_PASSWORD")));
    migrate(database, "50");
    var jdbc = JdbcClient.create(database);
    jdbc.sql(
            "insert into trainer.run (id, name, state, spec, dataset, parent, created_at) values ('child', 'child', 'QUEUED', '{}', '{}', cast(:parent as json), now()), ('orphan', 'orphan', 'QUEUED', '{}', '{}', null, now())")
        .param("parent", BEFORE)
        .update();
    jdbc.sql(
            "insert into trainer.appraisal (id, model, dataset, state, spec, encoder, facts, request_sha256, created_at) values ('judged', 'shoes@3', 'shoes', 'QUEUED', '{}', cast(:encoder as json), '{}', '', now())")
        .param("encoder", BEFORE)
        .update();

    migrate(database, "latest");

    var encoder =
        new PublishedEncoder(
            "shoes",
            3,
            new ResNetSpec(10, 4, "cifar"),
            new PublishedEncoder.Images(1, 28, List.of(0.286), List.of(0.353)));
    assertThat(stored(jdbc, "select parent from trainer.run where id = 'child'"))
        .isEqualTo(encoder);
    assertThat(stored(jdbc, "select encoder from trainer.appraisal")).isEqualTo(encoder);
    assertThat(
            jdbc.sql("select parent is null from trainer.run where id = 'orphan'")
                .query(Boolean.class)
                .single())
        .isTrue();
  }

  private static void migrate(DriverManagerDataSource database, String target) {
    Flyway.configure()
        .dataSource(database)
        .schemas("trainer")
        .defaultSchema("trainer")
        .locations("classpath:db/migration/trainer")
        .target(target)
        .load()
        .migrate();
  }

  private static PublishedEncoder stored(JdbcClient jdbc, String query) {
    return JsonMapper.builder()
        .build()
        .readValue(jdbc.sql(query).query(String.class).single(), PublishedEncoder.class);
  }
}
