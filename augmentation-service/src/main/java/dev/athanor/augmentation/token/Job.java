package dev.athanor.augmentation.token;

import dev.athanor.augmentation.lease.Claimed;
import dev.athanor.augmentation.lease.LeasedRows;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A claim on work.
///
/// @param id of the row
record Job(String id, long fence, int attempt) implements Claimed {

  /// @param running the state of rows that have work left
  static LeasedRows<Job> rows(JdbcClient jdbc, String table, String running) {
    return new LeasedRows<>(
        jdbc,
        table,
        List.of("id"),
        running,
        (row, _) -> new Job(row.getString("id"), row.getLong("fence"), row.getInt("attempts")));
  }

  @Override
  public Map<String, Object> key() {
    return Map.of("id", id);
  }
}
