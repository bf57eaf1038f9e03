package dev.athanor.trainer.run;

import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.dataset.Datasets;
import dev.athanor.trainer.dataset.Tokenizers;
import dev.athanor.trainer.spec.ClmSpec;
import dev.athanor.trainer.spec.DatasetReference;
import dev.athanor.trainer.spec.InitialSpec;
import dev.athanor.trainer.spec.Medium;
import dev.athanor.trainer.spec.MlmSpec;
import dev.athanor.trainer.spec.ModelReference;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.PublishedEncoders;
import dev.athanor.trainer.spec.RunSpec;
import dev.athanor.trainer.spec.SpecReader;
import dev.athanor.trainer.spec.SupervisedSpec;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Where runs are handed in and called off.
@Component
public class RunDesk {
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json;
  private final SpecReader specs;
  private final Datasets datasets;
  private final Tokenizers tokenizers;
  private final PublishedEncoders published;
  private final LanguageModelNames names;
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
      Tokenizers tokenizers,
      PublishedEncoders published,
      LanguageModelNames names,
      Runs runs,
      Events events,
      IdSource ids,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.specs = specs;
    this.datasets = datasets;
    this.tokenizers = tokenizers;
    this.published = published;
    this.names = names;
    this.runs = runs;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
  }

  /// A run that could be queued.
  ///
  /// @param spec with the data set's version pinned
  /// @param parent the published encoder that it would go on from; null where from none
  public record Draft(RunSpec spec, DatasetFacts dataset, @Nullable PublishedEncoder parent) {}

  /// Queues a run of `asked`. The same key with the same document gives the same run again,
  /// wherever the aliases in it have moved meanwhile.
  ///
  /// @param asked fields of a run spec, unchecked
  /// @param key the caller's Idempotency-Key, if any
  Run create(ObjectNode asked, @Nullable String key) {
    var fingerprint = Fingerprint.of(key, asked.toString());
    var before = createdWith(fingerprint);
    if (before.isPresent()) {
      return before.get();
    }
    var draft = draft(specs.read(asked), datasets::find);
    var id = ids.next();
    try {
      transaction.executeWithoutResult(
          status -> {
            queue(id, draft);
            remember(fingerprint, id);
          });
    } catch (DuplicateKeyException raced) {
      return createdWith(fingerprint).orElseThrow(() -> raced);
    }
    return runs.get(id);
  }

  private Optional<Run> createdWith(Fingerprint fingerprint) {
    return fingerprint
        .createdBefore(
            key -> jdbc.sql("select * from creation where idempotency_key = ?").params(key),
            (row, number) -> row.getString("run_id"),
            id -> "run " + id,
            "spec")
        .map(runs::get);
  }

  private void remember(Fingerprint fingerprint, String run) {
    if (fingerprint.key() == null) {
      return;
    }
    jdbc.sql(
            "insert into creation (idempotency_key, request_sha256, run_id, created_at) values (:key, :sha, :id, :now)")
        .param("key", fingerprint.key())
        .param("sha", fingerprint.sha256())
        .param("id", run)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }

  /// What a run of `asked` would be.
  ///
  /// @param known finds a data set; so that many drafts need not ask for the same one again
  /// @throws Problem where spec, data set and parent do not go together, or another's model has the
  ///   name of one of the run's
  public Draft draft(RunSpec asked, Function<DatasetReference, DatasetFacts> known) {
    names.requireFree(asked.name(), asked.objective() instanceof ClmSpec);
    var parent = asked.initial() == null ? null : parent(asked.initial());
    var dataset = readable(asked, known.apply(asked.dataset()), parent);
    var spec = asked.pinnedTo(dataset.version(), usualViewSize(dataset, parent));
    Fit.check(spec, dataset, parent);
    if (parent != null && spec.hasOutputMap()) {
      published.requireLanguageModel("initial.model", parent);
    }
    return new Draft(spec, dataset, parent);
  }

  /// The data set as the run reads it: texts by a tokenizer.
  private DatasetFacts readable(
      RunSpec spec, DatasetFacts dataset, @Nullable PublishedEncoder parent) {
    if (parent != null) {
      dataset.requireReadableBy(parent);
    }
    if (spec.medium() != dataset.medium()) {
      throw Problem.unprocessable(otherMedium(spec, dataset));
    }
    if (spec.text() == null) {
      return dataset;
    }
    var tokenizer =
        parent == null ? tokenizers.find(spec.text().tokenizer()) : tokenizers.of(parent);
    if (spec.objective() instanceof MlmSpec && tokenizer.mask() == null) {
      throw Problem.unprocessable(
          "text.tokenizer: %s has no token to mask with (expected: <|mask|>, [MASK] or <mask> among its added tokens, for mlm)"
              .formatted(tokenizer.name()));
    }
    return dataset.readBy(tokenizer);
  }

  /// Labels can be learnt from images and from texts, so there it is the encoder that decides.
  private static String otherMedium(RunSpec spec, DatasetFacts dataset) {
    boolean either = spec.objective() instanceof SupervisedSpec;
    return "%s reads %s, but version %d of %s holds %s (expected: %s%s)"
        .formatted(
            either
                ? "encoder.kind: " + spec.encoder().kind()
                : "objective.kind: " + spec.objective().kind(),
            spec.medium().word(),
            dataset.version(),
            dataset.dataset(),
            dataset.medium().word(),
            spec.medium().word(),
            either
                ? ", or an encoder of %s: %s"
                    .formatted(
                        dataset.medium().word(), String.join(" or ", dataset.medium().encoders()))
                : "");
  }

  private static int usualViewSize(DatasetFacts dataset, @Nullable PublishedEncoder parent) {
    return parent != null && parent.medium() == Medium.IMAGES
        ? parent.images().size()
        : dataset.usualViewSize();
  }

  private PublishedEncoder parent(InitialSpec initial) {
    return published.find("initial.model", ModelReference.of("initial.model", initial.model()));
  }

  /// Queues a run, in the caller's transaction.
  public void queue(String id, Draft draft) {
    jdbc.sql(
            """
            insert into run (id, name, state, spec, dataset, parent, created_at)
            values (:id, :name, 'QUEUED', cast(:spec as json), cast(:dataset as json), cast(:parent as json), :now)""")
        .param("id", id)
        .param("name", draft.spec().name())
        .param("spec", specs.write(draft.spec()))
        .param("dataset", json.writeValueAsString(draft.dataset()))
        .param("parent", draft.parent() == null ? null : json.writeValueAsString(draft.parent()))
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
    events.append(id, new Event.State(RunState.QUEUED, null));
  }

  private record Standing(RunState state, @Nullable String owner) {}

  /// Ends a run that nobody has taken; asks the owner of any other to stop.
  Run cancel(String id) {
    transaction.executeWithoutResult(status -> cancel(id, lock(id)));
    return runs.get(id);
  }

  /// Likewise for every one of `all` that has not ended, in one transaction.
  public void cancelAll(Collection<String> all) {
    transaction.executeWithoutResult(
        status -> {
          for (var id : new TreeSet<>(all)) {
            var standing = lock(id);
            if (!standing.state().isFinal()) {
              cancel(id, standing);
            }
          }
        });
  }

  private Standing lock(String id) {
    return jdbc.sql("select state, owner from run where id = :id for update")
        .param("id", id)
        .query(Standing.class)
        .optional()
        .orElseThrow(
            () ->
                Problem.notFound(
                    "run: %s (expected: the id of a run)".formatted(Problem.quote(id))));
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
}
