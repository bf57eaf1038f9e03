package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.dataset.DatasetVersion.State;
import dev.athanor.augmentation.format.Columns;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.platform.name.Names;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.StoreException;
import dev.athanor.platform.upload.MeasuredInput;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// What callers may do with datasets. Every version that is not there is a 404 that names it.
@Component
class Datasets {
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,126}");
  private static final Set<String> SPLITS = Set.of("train", "test", "auto");

  private final VersionRows rows;
  private final TransactionTemplate transaction;
  private final ObjectStore store;
  private final IngestWorker worker;
  private final DatasetProperties properties;
  private final Clock clock;
  private final IdSource ids;

  Datasets(
      VersionRows rows,
      TransactionTemplate transaction,
      ObjectStore store,
      IngestWorker worker,
      DatasetProperties properties,
      Clock clock,
      IdSource ids) {
    this.rows = rows;
    this.transaction = transaction;
    this.store = store;
    this.worker = worker;
    this.properties = properties;
    this.clock = clock;
    this.ids = ids;
  }

  /// Makes a dataset's next version, and the dataset with it.
  ///
  /// @param columns of tables and JSON lines
  /// @param key the caller's Idempotency-Key, if any; the same key with the same request gives the
  ///   same version again
  DatasetVersion create(
      String dataset, double holdOut, long seed, Columns columns, @Nullable String key) {
    Names.check("dataset", dataset);
    HoldOut.group(holdOut);
    var fingerprint = Fingerprint.of(key, "%s %s %d %s".formatted(dataset, holdOut, seed, columns));
    return version(dataset, createOnce(dataset, holdOut, seed, columns, fingerprint));
  }

  private int createOnce(
      String dataset, double holdOut, long seed, Columns columns, Fingerprint fingerprint) {
    var before = rows.createdWith(dataset, fingerprint);
    if (before.isPresent()) {
      return before.get();
    }
    try {
      return transaction.execute(
          status -> rows.create(dataset, holdOut, seed, columns, fingerprint, clock.instant()));
    } catch (DuplicateKeyException raced) {
      return rows.createdWith(dataset, fingerprint).orElseThrow(() -> raced);
    }
  }

  /// Stores a file for a version; one of the same name is replaced.
  ///
  /// @param split `train`, `test` or `auto`
  /// @param length of the body, -1 where it is not known
  Upload upload(
      String dataset, int version, String split, String file, InputStream body, long length) {
    checkFile(split, file);
    requireUploading(version(dataset, version).state(), dataset, version);
    long limit = properties.maxFileSize().toBytes();
    if (length > limit) {
      throw tooLarge(file);
    }
    var key = "%s/%d/%s".formatted(dataset, version, ids.next());
    var input = new MeasuredInput(body, limit, () -> rows.touch(dataset, version, clock.instant()));
    try {
      store.put(Upload.BUCKET, key, input, length);
    } catch (StoreException failure) {
      if (input.exceeded()) {
        throw tooLarge(file);
      }
      throw failure;
    }
    var upload = new Upload(split, file, input.bytes(), input.sha256(), key);
    record(dataset, version, upload);
    return upload;
  }

  /// Starts the ingest, which goes on in the background. Asked for again it changes nothing.
  DatasetVersion ingest(String dataset, int version) {
    transaction.executeWithoutResult(
        status -> {
          var state = rows.lockState(dataset, version).orElseThrow(() -> missing(dataset, version));
          if (state == State.FAILED) {
            throw Problem.conflict(
                "%s version %d: FAILED (expected: UPLOADING; upload to a new version)"
                    .formatted(dataset, version));
          }
          if (state == State.UPLOADING) {
            rows.startIngest(dataset, version, total(uploadsToIngest(dataset, version)));
          }
        });
    worker.wake();
    return version(dataset, version);
  }

  DatasetVersion version(String dataset, int version) {
    return rows.find(dataset, version).orElseThrow(() -> missing(dataset, version));
  }

  List<VersionRows.Listed> datasets(String after, int limit) {
    return rows.datasets(after, limit);
  }

  List<DatasetVersion> versions(String dataset, int after, int limit) {
    var versions = rows.versions(dataset, after, limit);
    if (versions.isEmpty() && rows.versions(dataset, 0, 1).isEmpty()) {
      throw Problem.notFound(
          "dataset: %s (expected: one of GET /v1/datasets)".formatted(Problem.quote(dataset)));
    }
    return versions;
  }

  /// Removes a version in any state: its row first, so that nobody sees it half gone.
  void delete(String dataset, int version) {
    var uploads = rows.uploads(dataset, version);
    version(dataset, version);
    rows.delete(dataset, version);
    uploads.forEach(upload -> store.delete(Upload.BUCKET, upload.objectKey()));
    store.deleteAll(Manifest.BUCKET, Manifest.prefix(dataset, version));
  }

  private void checkFile(String split, String file) {
    if (!SPLITS.contains(split)) {
      throw Problem.badRequest(
          "split: %s (expected: train, test or auto)".formatted(Problem.quote(split)));
    }
    if (!FILE.matcher(file).matches()) {
      throw Problem.badRequest(
          "file: %s (expected: %s)".formatted(Problem.quote(file), FILE.pattern()));
    }
  }

  /// The row counts: a file that comes too late, or beyond what a version may hold, is dropped
  /// again. After any other failure the sweeper finds out whether a row names the object.
  private void record(String dataset, int version, Upload upload) {
    try {
      var replaced = transaction.execute(status -> replace(dataset, version, upload));
      replaced.forEach(old -> store.delete(Upload.BUCKET, old.objectKey()));
    } catch (Problem refusal) {
      store.delete(Upload.BUCKET, upload.objectKey());
      throw refusal;
    }
  }

  /// Returns the upload that had the name until now, if any.
  private List<Upload> replace(String dataset, int version, Upload upload) {
    var state = rows.lockState(dataset, version).orElseThrow(() -> missing(dataset, version));
    requireUploading(state, dataset, version);
    var before = rows.uploads(dataset, version);
    rows.putUpload(dataset, version, upload);
    rows.touch(dataset, version, clock.instant());
    var now = rows.uploads(dataset, version);
    if (now.size() > properties.maxFiles()) {
      throw Problem.tooLarge(
          "%s version %d: %d files (expected: at most %d)"
              .formatted(dataset, version, now.size(), properties.maxFiles()));
    }
    if (total(now) > properties.maxVersionSize().toBytes()) {
      throw Problem.tooLarge(
          "%s version %d: %d bytes in all files (expected: at most %d)"
              .formatted(dataset, version, total(now), properties.maxVersionSize().toBytes()));
    }
    return before.stream()
        .filter(old -> old.split().equals(upload.split()) && old.file().equals(upload.file()))
        .toList();
  }

  private List<Upload> uploadsToIngest(String dataset, int version) {
    var uploads = rows.uploads(dataset, version);
    if (uploads.isEmpty()) {
      throw Problem.conflict(
          "%s version %d: no files (expected: at least one uploaded before the ingest)"
              .formatted(dataset, version));
    }
    return uploads;
  }

  private static long total(List<Upload> uploads) {
    return uploads.stream().mapToLong(Upload::bytes).sum();
  }

  private static void requireUploading(State state, String dataset, int version) {
    if (state != State.UPLOADING) {
      throw Problem.conflict(
          "%s version %d: %s (expected: UPLOADING; what is ingested never changes)"
              .formatted(dataset, version, state));
    }
  }

  private Problem tooLarge(String file) {
    return Problem.tooLarge(
        "file: %s is too large (expected: at most %d bytes)"
            .formatted(Problem.quote(file), properties.maxFileSize().toBytes()));
  }

  private static Problem missing(String dataset, int version) {
    return Problem.notFound(
        "dataset: %s has no version %d (expected: one of GET /v1/datasets/{name}/versions)"
            .formatted(Problem.quote(dataset), version));
  }
}
