package dev.athanor.launcher.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {
  @Test
  void isDurableAndKeepsItsRowsOverARestart(@TempDir Path folder) throws Exception {
    try (var server = PostgresServer.start(folder, Child.freePort());
        var connection = connect(server);
        var statement = connection.createStatement()) {
      for (var setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
        var value = statement.executeQuery("show " + setting);
        value.next();
        assertThat(value.getString(1)).as(setting).isEqualTo("on");
      }
      statement.execute("create table kept (id int)");
      statement.execute("insert into kept values (7)");
    }
    try (var server = PostgresServer.start(folder, Child.freePort());
        var connection = connect(server);
        var statement = connection.createStatement()) {
      var kept = statement.executeQuery("select id from kept");
      kept.next();
      assertThat(kept.getInt(1)).isEqualTo(7);
    }
  }

  private static Connection connect(PostgresServer server) throws SQLException {
    return DriverManager.getConnection(
        server.jdbcUrl(), PostgresServer.USER, PostgresServer.PASSWORD);
  }
}
