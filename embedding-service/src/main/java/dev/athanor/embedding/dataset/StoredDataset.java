package dev.athanor.embedding.dataset;

import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The samples of a dataset version, or of one of its splits, in the order in which they lie in the
/// shards. A version never changes, so a number always means the same sample.
public final class StoredDataset {
  static final String BUCKET = "athanor-datasets";
  private static final String TEXT = "text";
  private static final Pattern MANIFEST = Pattern.compile("[^/]+/([0-9]{1,9})/manifest[.]json");
  private static final JsonMapper json =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final ObjectStore store;
  private final String prefix;
  private final @Nullable String kind;
  private final List<Place> places = new ArrayList<>();
  private final long samples;

  /// A shard and where its samples stand in the whole.
  ///
  /// @param first number of its first sample
  /// @param firstInSplit the same, counted in its split
  record Place(StoredManifest.Shard shard, long first, long firstInSplit) {}

  private StoredDataset(
      ObjectStore store, String prefix, StoredManifest manifest, @Nullable String split) {
    this.store = store;
    this.prefix = prefix;
    this.kind = manifest.kind();
    Map<String, Long> inSplits = new HashMap<>();
    long count = 0;
    for (var shard : manifest.shards()) {
      if (split == null || split.equals(shard.split())) {
        long inSplit = inSplits.getOrDefault(shard.split(), 0L);
        places.add(new Place(shard, count, inSplit));
        inSplits.put(shard.split(), inSplit + shard.offsets().length);
        count += shard.offsets().length;
      }
    }
    this.samples = count;
  }

  /// Opens a version, all of it or one split.
  ///
  /// @throws Problem 404 where there is no such version
  public static StoredDataset open(
      ObjectStore store, String dataset, int version, @Nullable String split) {
    var prefix = dataset + "/" + version + "/";
    var key = prefix + "manifest.json";
    store.ensureBucket(BUCKET);
    if (store.stat(BUCKET, key).isEmpty()) {
      throw Problem.notFound(
          "dataset: %s has no version %d that is ready (expected: one)"
              .formatted(dataset, version));
    }
    var manifest = json.readValue(store.get(BUCKET, key), StoredManifest.class);
    return new StoredDataset(store, prefix, manifest, split);
  }

  /// The newest version that is whole.
  public static int latest(ObjectStore store, String dataset) {
    store.ensureBucket(BUCKET);
    return store.list(BUCKET, dataset + "/").stream()
        .map(object -> MANIFEST.matcher(object.key()))
        .filter(key -> key.matches())
        .mapToInt(key -> Integer.parseInt(key.group(1)))
        .max()
        .orElseThrow(
            () ->
                Problem.notFound(
                    "dataset: %s has no version that is ready (expected: one)".formatted(dataset)));
  }

  /// Whether samples are texts; else they are images.
  public boolean texts() {
    return TEXT.equals(kind);
  }

  public long samples() {
    return samples;
  }

  /// Samples `[from, to)`, fetched in large ranges as they are asked for.
  public SampleStream stream(long from, long to) {
    return new SampleStream(store, prefix, places, from, to);
  }
}
