package dev.athanor.embedding.segment;

import dev.athanor.embedding.segment.Snapshot.StoredFile;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// Snapshots in the object store. Every try at a commit writes below a prefix of its own, so that
/// two writers never write one key, and nothing is ever overwritten:
///
/// ```
/// athanor-indexes/<index id>/<attempt>/_0.cfs …
/// athanor-indexes/<index id>/<attempt>/manifest.json
/// ```
public final class SnapshotStore {
  static final String BUCKET = "athanor-indexes";
  private static final String MANIFEST = "manifest.json";
  private static final JsonMapper json = JsonMapper.shared();

  private final ObjectStore store;

  public SnapshotStore(ObjectStore store) {
    this.store = store;
  }

  public void prepare() {
    store.ensureBucket(BUCKET);
  }

  StoredFile upload(String index, String attempt, Path file) throws IOException {
    var name = String.valueOf(file.getFileName());
    var key = key(index, attempt, name);
    var sha256 = Sha256.hex(file);
    store.put(BUCKET, key, file);
    return new StoredFile(name, key, Files.size(file), sha256);
  }

  /// Makes a snapshot visible to whoever is told the key.
  String write(Snapshot snapshot, String attempt) {
    var key = key(snapshot.index(), attempt, MANIFEST);
    store.put(BUCKET, key, json.writeValueAsBytes(snapshot));
    return key;
  }

  public Snapshot read(String key) {
    return json.readValue(store.get(BUCKET, key), Snapshot.class);
  }

  /// Brings a file here, and refuses one that is not what was written.
  void fetch(StoredFile file, Path target) throws IOException {
    String found;
    try (var from = store.open(BUCKET, file.key());
        var to = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      found = Sha256.copy(from, to);
    }
    if (!found.equals(file.sha256())) {
      throw new StoreException(
          BUCKET,
          file.key(),
          new IOException("sha256: %s (expected: %s)".formatted(found, file.sha256())));
    }
  }

  public void delete(String key) {
    store.delete(BUCKET, key);
  }

  public void deleteAll(String index) {
    store.deleteAll(BUCKET, index + "/");
  }

  /// Everything that is stored, by the index that it was written for.
  public Map<String, Map<String, ObjectStore.Stat>> stored() {
    var found = new TreeMap<String, Map<String, ObjectStore.Stat>>();
    for (var object : store.list(BUCKET, "")) {
      var index = object.key().substring(0, Math.max(0, object.key().indexOf('/')));
      found.computeIfAbsent(index, _ -> new TreeMap<>()).put(object.key(), object);
    }
    return found;
  }

  private static String key(String index, String attempt, String name) {
    return index + "/" + attempt + "/" + name;
  }
}
