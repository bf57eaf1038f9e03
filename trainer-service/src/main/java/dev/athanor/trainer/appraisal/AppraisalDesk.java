package dev.athanor.trainer.appraisal;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.dataset.Datasets;
import dev.athanor.trainer.dataset.Tokenizers;
import dev.athanor.trainer.spec.AppraisalReader;
import dev.athanor.trainer.spec.AppraisalSpec;
import dev.athanor.trainer.spec.DatasetReference;
import dev.athanor.trainer.spec.EvaluationMethod;
import dev.athanor.trainer.spec.Medium;
import dev.athanor.trainer.spec.ModelReference;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.PublishedEncoders;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/// Where evaluations are asked for and called off.
@Component
class AppraisalDesk {
  private static final String CANCELLED = "cancelled by request";

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json;
  private final AppraisalReader specs;
  private final Datasets datasets;
  private final Tokenizers tokenizers;
  private final PublishedEncoders published;
  private final Appraisals appraisals;
  private final AppraisalEvents events;
  private final IdSource ids;
  private final Clock clock;

  AppraisalDesk(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      JsonMapper json,
      AppraisalReader specs,
      Datasets datasets,
      Tokenizers tokenizers,
      PublishedEncoders published,
      Appraisals appraisals,
      AppraisalEvents events,
      IdSource ids,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.specs = specs;
    this.datasets = datasets;
    this.tokenizers = tokenizers;
    this.published = published;
    this.appraisals = appraisals;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
  }

  /// Queues what is `asked`. The same key with the same request gives the same evaluation again.
  ///
  /// @param key the caller's Idempotency-Key, if any
  Appraisal create(AppraisalSpec asked, @Nullable String key) {
    var fingerprint = Fingerprint.of(key, specs.write(asked));
    var before = createdWith(fingerprint);
    if (before.isPresent()) {
      return before.get();
    }
    var encoder = published.find("model", ModelReference.of("model", asked.model()));
    var found = dataset(asked);
    checkFit(asked, encoder, found);
    var dataset = encoder.medium() == Medium.TEXTS ? found.readBy(tokenizers.of(encoder)) : found;
    var spec = asked.pinnedTo(encoder.reference(), dataset.version());
    var id = ids.next();
    try {
      transaction.executeWithoutResult(status -> insert(id, spec, encoder, dataset, fingerprint));
    } catch (DuplicateKeyException raced) {
      return createdWith(fingerprint).orElseThrow(() -> raced);
    }
    return appraisals.get(id);
  }

  private Optional<Appraisal> createdWith(Fingerprint fingerprint) {
    return fingerprint
        .createdBefore(jdbc, "appraisal", "evaluation", "request")
        .map(appraisals::get);
  }

  private DatasetFacts dataset(AppraisalSpec asked) {
    return datasets.find(new DatasetReference(asked.dataset(), asked.version()), Kind.NOT_FOUND);
  }

  private static void checkFit(
      AppraisalSpec asked, PublishedEncoder encoder, DatasetFacts dataset) {
    dataset.requireReadableBy(encoder);
    if (encoder.medium() == Medium.IMAGES && asked.methods().contains(EvaluationMethod.TF_IDF)) {
      throw Problem.unprocessable(
          "methods: %s counts words, and %s reads images (expected: an encoder of texts)"
              .formatted(EvaluationMethod.TF_IDF, encoder.reference()));
    }
    if (!dataset.judgeable()) {
      throw Problem.unprocessable(
          "dataset: %s version %d has %d classes, labels on %d of %d training samples and on %d of %d test samples (expected: two classes at least, and all samples labelled)"
              .formatted(
                  dataset.dataset(),
                  dataset.version(),
                  dataset.classes().size(),
                  dataset.split("train").labelled(),
                  dataset.split("train").samples(),
                  dataset.split("test").labelled(),
                  dataset.split("test").samples()));
    }
    try {
      for (var share : asked.shares()) {
        share.count(dataset.split("train").labelled(), dataset.classes().size());
      }
    } catch (IllegalArgumentException many) {
      throw Problem.unprocessable(String.valueOf(many.getMessage()));
    }
  }

  private void insert(
      String id,
      AppraisalSpec spec,
      PublishedEncoder encoder,
      DatasetFacts dataset,
      Fingerprint fingerprint) {
    jdbc.sql(
            """
            insert into appraisal (id, model, dataset, state, spec, encoder, facts, idempotency_key, request_sha256, created_at)
            values (:id, :model, :dataset, 'QUEUED', cast(:spec as json), cast(:encoder as json), cast(:facts as json),
              :key, :sha, :now)""")
        .param("id", id)
        .param("model", encoder.reference())
        .param("dataset", dataset.dataset())
        .param("spec", specs.write(spec))
        .param("encoder", json.writeValueAsString(encoder))
        .param("facts", json.writeValueAsString(dataset))
        .param("key", fingerprint.key())
        .param("sha", fingerprint.sha256())
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
    tell(id, AppraisalState.QUEUED, null);
  }

  private void tell(String id, AppraisalState state, @Nullable String reason) {
    events.append(id, AppraisalEvents.STATE, new AppraisalEvents.StateChanged(state, reason));
  }

  private record Standing(AppraisalState state, @Nullable String owner) {}

  /// Ends an evaluation that nobody has taken; asks the owner of any other to stop.
  Appraisal cancel(String id) {
    transaction.executeWithoutResult(
        status ->
            jdbc.sql("select state, owner from appraisal where id = :id for update")
                .param("id", id)
                .query(Standing.class)
                .optional()
                .ifPresent(standing -> cancel(id, standing)));
    return appraisals.get(id);
  }

  private void cancel(String id, Standing standing) {
    switch (standing.state()) {
      case CANCELLED -> {}
      case SUCCEEDED, FAILED ->
          throw Problem.conflict(
              "evaluation %s is %s (expected: one that has not ended)"
                  .formatted(id, standing.state()));
      case QUEUED, RUNNING -> {
        jdbc.sql("update appraisal set cancel_requested = true where id = :id")
            .param("id", id)
            .update();
        if (standing.owner() == null) {
          end(id);
        }
      }
    }
  }

  private void end(String id) {
    jdbc.sql(
            "update appraisal set state = 'CANCELLED', reason = :reason, finished_at = :now where id = :id")
        .param("reason", CANCELLED)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .param("id", id)
        .update();
    tell(id, AppraisalState.CANCELLED, CANCELLED);
  }
}
