package dev.athanor.platform.kafka;

/// The topics' names (docs/architecture.md, Kafka topics).
public final class Topics {
  public static final String BATCH_REQUESTS = "athanor.batch-requests";
  public static final String BATCHES = "athanor.batches";
  public static final String RUN_EVENTS = "athanor.run-events";
  public static final String MODELS = "athanor.models";

  /// What is appended to a topic's name for records that cannot even be parsed.
  public static final String DEAD_LETTERS = ".dlt";

  private Topics() {}
}
