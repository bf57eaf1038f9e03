package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Opens dataset versions that are READY. The row is asked every time, because a version may be
/// deleted; the manifest never changes, and those last used are kept.
@Component
public class Catalogue {
  /// In 128 MB.
  private static final long KEPT_SAMPLES = 8_000_000;

  private final VersionRows rows;
  private final ObjectStore store;
  private final JsonMapper json;
  private final OpenedVersions opened = new OpenedVersions(KEPT_SAMPLES);

  Catalogue(VersionRows rows, ObjectStore store, JsonMapper json) {
    this.rows = rows;
    this.store = store;
    this.json = json;
  }

  /// A version that is READY; anything else is a 404 that names it.
  public ReadyDataset open(String dataset, int version) {
    var sha256 =
        rows.manifestDigest(dataset, version)
            .orElseThrow(
                () ->
                    Problem.notFound(
                        "dataset: %s has no version %d that is READY (expected: one of GET /v1/datasets)"
                            .formatted(Problem.quote(dataset), version)));
    var prefix = Manifest.prefix(dataset, version);
    var known = opened.get(prefix);
    if (known != null) {
      return known;
    }
    var read = read(prefix, sha256);
    opened.put(prefix, read);
    return read;
  }

  private ReadyDataset read(String prefix, String sha256) {
    var bytes = store.get(Manifest.BUCKET, prefix + Manifest.FILE);
    if (!Sha256.hex(bytes).equals(sha256)) {
      throw new IllegalStateException(
          "%s%s: SHA-256 %s (expected: %s, as the version's row says)"
              .formatted(prefix, Manifest.FILE, Sha256.hex(bytes), sha256));
    }
    return new ReadyDataset(json.readValue(bytes, Manifest.class));
  }
}
