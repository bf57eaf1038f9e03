package dev.athanor.trainer.run;

import dev.athanor.platform.error.Problem;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.dataset.Datasets;
import dev.athanor.trainer.spec.InitialSpec;
import dev.athanor.trainer.spec.ModelReference;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.PublishedEncoders;
import dev.athanor.trainer.spec.RunSpec;
import dev.athanor.trainer.spec.SpecReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/// Where runs are handed in and called off.
@Component
class RunDesk {
  private static final int LONGEST_KEY = 200;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json;
  private final SpecReader specs;
  private final Datasets datasets;
  private final PublishedEncoders published;
  private final Runs runs;
  private final Events events;
  private final IdSource ids;
  private final Clock clock;

  RunDesk(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      JsonMapper json,
      SpecReader specs,
      Datasets datasets,
      PublishedEncoders published,
      Runs runs,
      Events events,
      IdSource ids,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.specs = specs;
    this.datasets = datasets;
    this.published = published;
    this.runs = runs;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
  }

  /// Queues a run of `asked`. The same key with the same spec gives the same run again.
  ///
  /// @param key the caller's Idempotency-Key, if any
  Run create(RunSpec asked, @Nullable String key) {
    checkKey(key);
    var fingerprint = sha256(specs.write(asked));
    var before = key == null ? Optional.<Run>empty() : createdWith(key, fingerprint);
    if (before.isPresent()) {
      return before.get();
    }
    var dataset = datasets.find(asked.dataset());
    var parent = asked.initial() == null ? null : parent(asked.initial());
    var spec =
        asked.pinnedTo(dataset.version(), parent == null ? dataset.usualViewSize() : parent.size());
    Fit.check(spec, dataset, parent);
    var id = ids.next();
    try {
      transaction.executeWithoutResult(
          status -> insert(id, spec, dataset, parent, key, fingerprint));
    } catch (DuplicateKeyException raced) {
      return createdWith(Objects.requireNonNull(key), fingerprint).orElseThrow(() -> raced);
    }
    return runs.get(id);
  }

  private static void checkKey(@Nullable String key) {
    if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
      throw Problem.badRequest(
          "Idempotency-Key: %d characters (expected: 1 to %d)"
              .formatted(key.length(), LONGEST_KEY));
    }
  }

  private record Creation(String requestSha256, String runId) {}

  private Optional<Run> createdWith(String key, String fingerprint) {
    return jdbc.sql("select request_sha256, run_id from creation where idempotency_key = :key")
        .param("key", key)
        .query(Creation.class)
        .optional()
        .map(
            creation -> {
              if (!creation.requestSha256().equals(fingerprint)) {
                throw Problem.conflict(
                    "Idempotency-Key: %s created run %s from another spec (expected: the same spec, or another key)"
                        .formatted(Problem.quote(key), creation.runId()));
              }
              return runs.get(creation.runId());
            });
  }

  private PublishedEncoder parent(InitialSpec initial) {
    return published.find("initial.model", ModelReference.of("initial.model", initial.model()));
  }

  private void insert(
      String id,
      RunSpec spec,
      DatasetFacts dataset,
      @Nullable PublishedEncoder parent,
      @Nullable String key,
      String fingerprint) {
    var now = clock.instant().atOffset(ZoneOffset.UTC);
    jdbc.sql(
            """
            insert into run (id, name, state, spec, dataset, parent, created_at)
            values (:id, :name, 'QUEUED', cast(:spec as json), cast(:dataset as json), cast(:parent as json), :now)""")
        .param("id", id)
        .param("name", spec.name())
        .param("spec", specs.write(spec))
        .param("dataset", json.writeValueAsString(dataset))
        .param("parent", parent == null ? null : json.writeValueAsString(parent))
        .param("now", now)
        .update();
    if (key != null) {
      jdbc.sql(
              "insert into creation (idempotency_key, request_sha256, run_id, created_at) values (:key, :sha, :id, :now)")
          .param("key", key)
          .param("sha", fingerprint)
          .param("id", id)
          .param("now", now)
          .update();
    }
    events.append(id, new Event.State(RunState.QUEUED, null));
  }

  private record Standing(RunState state, @Nullable String owner) {}

  /// Ends a run that nobody has taken; asks the owner of any other to stop.
  Run cancel(String id) {
    transaction.executeWithoutResult(
        status -> {
          var standing =
              jdbc.sql("select state, owner from run where id = :id for update")
                  .param("id", id)
                  .query(Standing.class)
                  .optional()
                  .orElseThrow(
                      () ->
                          Problem.notFound(
                              "run: %s (expected: the id of a run)".formatted(Problem.quote(id))));
          cancel(id, standing);
        });
    return runs.get(id);
  }

  private void cancel(String id, Standing standing) {
    switch (standing.state()) {
      case CANCELLED -> {}
      case SUCCEEDED, FAILED ->
          throw Problem.conflict(
              "run %s is %s (expected: a run that has not ended)".formatted(id, standing.state()));
      case QUEUED, RUNNING, EVALUATING -> {
        jdbc.sql("update run set cancel_requested = true where id = :id").param("id", id).update();
        if (standing.owner() == null) {
          end(id);
        }
      }
    }
  }

  private void end(String id) {
    jdbc.sql(
            "update run set state = 'CANCELLED', reason = 'cancelled by request', finished_at = :now where id = :id")
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .param("id", id)
        .update();
    events.append(id, new Event.State(RunState.CANCELLED, "cancelled by request"));
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
