package dev.athanor.embedding.job;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.dataset.StoredDataset;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.platform.name.Names;
import dev.athanor.platform.store.ObjectStore;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Where jobs are handed in, looked at, called off and deleted.
@Component
class EmbeddingJobs {
  private static final Set<String> SPLITS = Set.of("train", "test");
  private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

  private final JobRows rows;
  private final JobWorker worker;
  private final Embedder embedder;
  private final ObjectStore store;
  private final IdSource ids;
  private final Clock clock;
  private final JobProperties properties;

  EmbeddingJobs(
      JobRows rows,
      JobWorker worker,
      Embedder embedder,
      ObjectStore store,
      IdSource ids,
      Clock clock,
      JobProperties properties) {
    this.rows = rows;
    this.worker = worker;
    this.embedder = embedder;
    this.store = store;
    this.ids = ids;
    this.clock = clock;
    this.properties = properties;
  }

  /// Queues a job. The same key with the same request gives the same job again.
  JobDocument create(NewJob wanted, Fingerprint fingerprint) {
    var before = rows.createdWith(fingerprint);
    if (before.isPresent()) {
      return document(before.get());
    }
    var job = plan(wanted);
    if (!rows.add(job, fingerprint, properties.unfinished())) {
      return document(rows.createdWith(fingerprint).orElseThrow(this::tooMany));
    }
    worker.wake();
    return get(job.id());
  }

  private Problem tooMany() {
    return Problem.tooMany(
        "jobs: %d are not finished (expected: fewer)".formatted(properties.unfinished()),
        RETRY_AFTER);
  }

  private Job plan(NewJob wanted) {
    var name = Names.check("dataset", Objects.requireNonNullElse(wanted.dataset(), ""));
    var split = wanted.split();
    if (split != null && !SPLITS.contains(split)) {
      throw Problem.badRequest(
          "split: %s (expected: train or test)".formatted(Problem.quote(split)));
    }
    if (wanted.version() != null && wanted.version() < 1) {
      throw Problem.badRequest("version: %d (expected: >= 1)".formatted(wanted.version()));
    }
    var encoder = embedder.resolve(Objects.requireNonNullElse(wanted.model(), ""));
    int version = wanted.version() == null ? StoredDataset.latest(store, name) : wanted.version();
    var dataset = StoredDataset.open(store, name, version, split);
    if (dataset.texts() != encoder.card().kind().equals(Card.TEXT_ENCODER)) {
      throw Problem.unprocessable(
          "dataset: %s version %d holds %s (expected: what %s reads, it is of kind %s)"
              .formatted(
                  name,
                  version,
                  dataset.texts() ? "texts" : "images",
                  encoder.id(),
                  encoder.card().kind()));
    }
    if (dataset.samples() == 0) {
      throw Problem.unprocessable(
          "split: %s of %s version %d has no samples (expected: some)"
              .formatted(split == null ? "any" : split, name, version));
    }
    int dimensions = encoder.card().dimensions();
    return new Job(
        ids.next(),
        JobState.QUEUED,
        null,
        false,
        encoder.id(),
        dimensions,
        name,
        version,
        split,
        Objects.requireNonNullElse(wanted.format(), JobFormat.PARQUET),
        properties.partSamples(dimensions),
        dataset.samples(),
        0,
        0,
        clock.instant(),
        null,
        null);
  }

  JobDocument get(String id) {
    return document(find(id));
  }

  /// A job without its files.
  JobDocument brief(String id) {
    return brief(find(id));
  }

  /// Jobs without their files.
  List<JobDocument> list(@Nullable String before, int limit) {
    return rows.list(before, limit).stream().map(this::brief).toList();
  }

  /// Calls a job off; one that has ended stays as it is.
  JobDocument cancel(String id) {
    find(id);
    rows.cancel(id);
    return get(id);
  }

  /// Queues a job that has failed once more; it goes on behind its last whole part.
  JobDocument retry(String id) {
    if (!rows.retry(id, properties.unfinished())) {
      var job = find(id);
      throw job.state() == JobState.FAILED
          ? tooMany()
          : Problem.conflict("job: %s is %s (expected: FAILED)".formatted(job.id(), job.state()));
    }
    worker.wake();
    return get(id);
  }

  /// Deletes a job that has ended, and its files.
  void delete(String id) {
    var job = find(id);
    if (!rows.delete(id)) {
      throw Problem.conflict(
          "job: %s is %s (expected: ended; cancel it first)".formatted(job.id(), job.state()));
    }
    store.deleteAll(PartWriter.BUCKET, job.id() + "/");
  }

  /// A file of a job, which the caller closes.
  record OpenFile(PartFile file, InputStream content) {}

  OpenFile open(String id, String name) {
    var file =
        rows.file(find(id).id(), name)
            .orElseThrow(
                () ->
                    Problem.notFound(
                        "file: %s (expected: one that the job lists)"
                            .formatted(Problem.quote(name))));
    return new OpenFile(file, store.open(PartWriter.BUCKET, file.key()));
  }

  private Job find(String id) {
    return rows.find(id)
        .orElseThrow(
            () ->
                Problem.notFound(
                    "job: %s (expected: one that was made)".formatted(Problem.quote(id))));
  }

  private JobDocument brief(Job job) {
    return JobDocument.of(job, rows.output(job.id()), null);
  }

  private JobDocument document(Job job) {
    return JobDocument.of(job, rows.output(job.id()), rows.files(job.id()));
  }
}
