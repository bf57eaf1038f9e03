package dev.athanor.embedding.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.StoreException;
import dev.athanor.testkit.Servers;
import io.minio.MinioClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Snapshots written and fetched, against a real object store.
class SegmentsIT {
  @TempDir Path folder;
  private final Merges merges = new Merges();
  private final ObjectStore objects = store();
  private final SnapshotStore snapshots = new SnapshotStore(objects);

  private static ObjectStore store() {
    var settings = Servers.properties();
    return new ObjectStore(
        MinioClient.builder()
            .endpoint(settings.get("ATHANOR_S3_ENDPOINT"))
            .region("us-east-1")
            .credentials(
                settings.get("ATHANOR_S3_ACCESS_KEY"), settings.get("ATHANOR_S3_SECRET_KEY"))
            .build());
  }

  @BeforeEach
  void prepare() {
    snapshots.prepare();
  }

  @AfterEach
  void end() {
    merges.close();
  }

  @Test
  void aSnapshotIsFetchedWholeAndOnlyWhatIsNewIsSent() throws Exception {
    var space = space(Search.HNSW);
    var writer = fetch("whole", space, null, null, "writer");
    writer.apply(new Change.Upsert(entries(200, 0)));
    var first = writer.commit(1, "a");
    writer.publish();
    writer.apply(new Change.Upsert(entries(10, 1000)));
    writer.apply(new Change.Delete(List.of("3", "1003")));
    var second = writer.commit(2, "b");
    writer.publish();

    assertThat(second.snapshot().entries()).isEqualTo(208);
    assertThat(second.snapshot().files())
        .as("the first commit's segment is sent once")
        .anyMatch(file -> file.key().startsWith("whole/a/") && file.name().endsWith(".cfs"))
        .anyMatch(file -> file.key().startsWith("whole/b/") && file.name().endsWith(".cfs"));
    assertThat(snapshots.read(second.manifest())).isEqualTo(second.snapshot());

    // The older state can be fetched as it was, and the newer one on top of it.
    var reader = fetch("whole", space, first.snapshot(), null, "reader");
    assertThat(ids(reader, vector(3))).contains("3");
    var newer = fetch("whole", space, second.snapshot(), reader, "newer");
    assertThat(ids(newer, vector(3))).doesNotContain("3");
    assertThat(ids(newer, vector(1004))).contains("1004");
    assertThat(newer.generation()).isEqualTo(2);
    List.of(writer, reader, newer).forEach(LocalCopy::discard);
    assertThat(folder.resolve("newer")).doesNotExist();
  }

  @Test
  void whatIsNotYetPublishedIsNotFound() throws Exception {
    var copy = fetch("hidden", space(Search.EXACT), null, null, "hidden");
    copy.apply(new Change.Upsert(entries(5, 0)));
    assertThat(copy.hasUncommitted()).isTrue();
    assertThat(ids(copy, vector(1))).isEmpty();
    copy.commit(1, "a");
    assertThat(ids(copy, vector(1))).isEmpty();
    copy.publish();
    assertThat(ids(copy, vector(1))).contains("1");
    copy.discard();
    assertThat(copy.searcher()).isNull();
  }

  @Test
  void aFileThatIsNotWhatWasWrittenIsRefused() throws Exception {
    var writer = fetch("spoilt", space(Search.HNSW), null, null, "writer");
    writer.apply(new Change.Upsert(entries(20, 0)));
    var snapshot = writer.commit(1, "a").snapshot();
    writer.discard();
    var file = snapshot.files().getFirst();
    var bytes = objects.get(SnapshotStore.BUCKET, file.key());
    bytes[bytes.length / 2] ^= 1;
    objects.put(SnapshotStore.BUCKET, file.key(), bytes);
    assertThatThrownBy(() -> fetch("spoilt", space(Search.HNSW), snapshot, null, "reader"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("sha256: ");
    assertThat(folder.resolve("reader")).doesNotExist();
  }

  @Test
  void anExactIndexHasNoGraph() throws Exception {
    long[] bytes = new long[2];
    for (var search : Search.values()) {
      var copy = fetch("size-" + search.word(), space(search), null, null, search.word());
      copy.apply(new Change.Upsert(entries(3000, 0)));
      bytes[search.ordinal()] = copy.commit(1, "a").snapshot().bytes();
      copy.discard();
    }
    // At 16 connections a node's list takes some 30 bytes.
    assertThat(bytes[Search.HNSW.ordinal()] - bytes[Search.EXACT.ordinal()])
        .isGreaterThan(3000 * 20);
  }

  @Test
  void whatAKilledProcessLeftBehindIsCleared() throws Exception {
    var root = folder.resolve("copies");
    var alive = Workspace.open(root, "alive");
    Files.createDirectories(alive.next());
    Files.createDirectories(root.resolve("dead").resolve("1"));
    Files.createFile(root.resolve("dead.lock"));
    try (var next = Workspace.open(root, "next")) {
      assertThat(next.next()).isNotEqualTo(next.next());
      assertThat(root.resolve("dead")).doesNotExist();
      assertThat(root.resolve("dead.lock")).doesNotExist();
      assertThat(root.resolve("alive").resolve("1")).exists();
    }
    alive.close();
    assertThat(root).isEmptyDirectory();
  }

  private LocalCopy fetch(
      String index,
      VectorSpace space,
      @Nullable Snapshot snapshot,
      @Nullable LocalCopy before,
      String name)
      throws Exception {
    return LocalCopy.fetch(snapshots, index, space, snapshot, merges, folder.resolve(name), before);
  }

  private static List<String> ids(LocalCopy copy, float[] target) throws Exception {
    try (var searcher = copy.searcher()) {
      return Objects.requireNonNull(searcher).nearest(target, 3, 100, false, Filter.NONE).stream()
          .map(Neighbour::id)
          .toList();
    }
  }

  private static VectorSpace space(Search search) {
    return new VectorSpace(8, Similarity.EUCLIDEAN, search, 16, 100);
  }

  private static List<Entry> entries(int count, int from) {
    var entries = new ArrayList<Entry>();
    for (int i = from; i < from + count; i++) {
      entries.add(new Entry(Integer.toString(i), vector(i), new TreeMap<>(Map.of()), null));
    }
    return entries;
  }

  private static float[] vector(int seed) {
    var random = new Random(seed);
    var vector = new float[8];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
