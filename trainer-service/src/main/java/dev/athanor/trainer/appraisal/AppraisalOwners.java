package dev.athanor.trainer.appraisal;

import java.time.Clock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/// Hands an evaluation's rows to whoever has leased it.
@Component
public class AppraisalOwners {
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json;
  private final AppraisalEvents events;
  private final Clock clock;

  AppraisalOwners(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      JsonMapper json,
      AppraisalEvents events,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.events = events;
    this.clock = clock;
  }

  public OwnedAppraisal owned(String id, long fence) {
    return new OwnedAppraisal(id, fence, jdbc, transaction, json, events, clock);
  }
}
