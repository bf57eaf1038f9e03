package dev.athanor.trainer.run;

import java.time.Clock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/// Hands a run's rows to whoever has leased it.
@Component
public class RunOwners {
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json;
  private final Events events;
  private final Clock clock;

  RunOwners(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      JsonMapper json,
      Events events,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.events = events;
    this.clock = clock;
  }

  public OwnedRun owned(String id, long fence) {
    return new OwnedRun(id, fence, jdbc, transaction, json, events, clock);
  }
}
