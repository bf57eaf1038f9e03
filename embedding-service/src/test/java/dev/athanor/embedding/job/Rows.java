package dev.athanor.embedding.job;

import dev.athanor.launcher.embedded.PostgresServer;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.testkit.Servers;
import java.time.Instant;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The rows of jobs in a database of their own, which no worker looks into.
final class Rows {
  private Rows() {}

  static JobRows fresh() {
    var database =
        new DriverManagerDataSource(
            Servers.database(), PostgresServer.USER, PostgresServer.PASSWORD);
    database.setSchema("embedding");
    Flyway.configure()
        .dataSource(database)
        .schemas("embedding")
        .defaultSchema("embedding")
        .locations("classpath:db/migration/embedding")
        .load()
        .migrate();
    return new JobRows(
        JdbcClient.create(database), new TransactionTemplate(new JdbcTransactionManager(database)));
  }

  /// Adds a job of `total` samples, ten a part.
  static void add(JobRows rows, String id, long total) {
    var job =
        new Job(
            id,
            JobState.QUEUED,
            null,
            false,
            "m@1",
            4,
            "d",
            1,
            null,
            JobFormat.PARQUET,
            10,
            total,
            0,
            0,
            Instant.EPOCH,
            null,
            null);
    rows.add(job, Fingerprint.of(null, id), 100);
  }
}
