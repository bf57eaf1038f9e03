package dev.athanor.trainer.run;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Reads what the language models of runs made up.
@Component
class MadeTexts {
  private final JdbcClient jdbc;
  private final JsonMapper json;

  MadeTexts(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /// @param step after which they were made
  record Made(String name, long step, List<String> texts) {}

  List<Made> of(String run) {
    return jdbc.sql("select name, step, texts from made_text where run_id = :run order by name")
        .param("run", run)
        .query(
            (row, number) ->
                new Made(
                    row.getString("name"),
                    row.getLong("step"),
                    json.readValue(row.getString("texts"), new TypeReference<List<String>>() {})))
        .list();
  }
}
