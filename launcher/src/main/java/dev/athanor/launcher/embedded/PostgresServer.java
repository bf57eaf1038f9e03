package dev.athanor.launcher.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/// A PostgreSQL server as a child process. The library that starts it turns durability off by
/// default; here it is on.
public final class PostgresServer implements AutoCloseable {
  public static final String USER = "athanor";
  public static final String PASSWORD = "athanor";
  private static final String DATABASE = "athanor";

  private final EmbeddedPostgres server;
  private final int port;

  private PostgresServer(EmbeddedPostgres server, int port) {
    this.server = server;
    this.port = port;
  }

  /// Starts the server over `folder`, with the database and the user `athanor` in it. Returns when
  /// it takes connections; listens on loopback only.
  public static PostgresServer start(Path folder, int port) {
    try {
      Files.createDirectories(folder);
      var server =
          EmbeddedPostgres.builder()
              .setPort(port)
              .setDataDirectory(folder.resolve("data"))
              .setOverrideWorkingDirectory(folder.resolve("binaries").toFile())
              .setCleanDataDirectory(false)
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("full_page_writes", "on")
              .setServerConfig("max_connections", "200")
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setPGStartupWait(Duration.ofSeconds(60))
              .start();
      var started = new PostgresServer(server, port);
      started.prepare();
      return started;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (SQLException failure) {
      throw new IllegalStateException(
          "PostgreSQL over %s could not be prepared".formatted(folder), failure);
    }
  }

  public String jdbcUrl() {
    return jdbcUrl(DATABASE);
  }

  /// The URL of another database of this server, which is made if it is not there.
  public String database(String name) {
    try {
      createDatabase(name);
      return jdbcUrl(name);
    } catch (SQLException failure) {
      throw new IllegalStateException("database %s could not be made".formatted(name), failure);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  private void prepare() throws SQLException {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      var found = statement.executeQuery("select 1 from pg_roles where rolname = '" + USER + "'");
      if (!found.next()) {
        statement.execute("create role " + USER + " login superuser password '" + PASSWORD + "'");
      }
    }
    createDatabase(DATABASE);
  }

  private void createDatabase(String name) throws SQLException {
    try (var connection = server.getPostgresDatabase().getConnection();
        var query = connection.prepareStatement("select 1 from pg_database where datname = ?");
        var statement = connection.createStatement()) {
      query.setString(1, name);
      if (!query.executeQuery().next()) {
        statement.execute(
            "create database " + statement.enquoteIdentifier(name, true) + " owner " + USER);
      }
    }
  }
}
