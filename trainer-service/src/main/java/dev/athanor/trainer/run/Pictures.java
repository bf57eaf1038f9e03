package dev.athanor.trainer.run;

import dev.athanor.platform.error.Problem;
import java.util.List;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Reads the pictures of runs.
@Component
class Pictures {
  private final JdbcClient jdbc;

  Pictures(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// @param step after which it was made
  record Picture(String name, long step) {}

  List<Picture> of(String run) {
    return jdbc.sql("select name, step from picture where run_id = :run order by name")
        .param("run", run)
        .query(new SimplePropertyRowMapper<>(Picture.class))
        .list();
  }

  byte[] png(String run, String name) {
    return jdbc.sql("select png from picture where run_id = :run and name = :name")
        .param("run", run)
        .param("name", name)
        .query(byte[].class)
        .optional()
        .orElseThrow(
            () ->
                Problem.notFound(
                    "picture: %s (expected: one of %s)"
                        .formatted(
                            Problem.quote(name), of(run).stream().map(Picture::name).toList())));
  }
}
