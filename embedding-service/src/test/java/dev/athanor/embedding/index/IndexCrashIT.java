package dev.athanor.embedding.index;

import static dev.athanor.embedding.index.IndexClient.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.embedding.ChildService;
import dev.athanor.embedding.Serving;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.testkit.Servers;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An instance is killed while callers add and delete; another goes on with everything that was
/// acknowledged.
class IndexCrashIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int CALLERS = 4;

  @TempDir Path folder;

  @Test
  void nothingThatWasAcknowledgedIsLostByAKill() throws Exception {
    var settings = new HashMap<String, String>(Servers.properties());
    settings.put("ATHANOR_INDEX_FOLDER", folder.resolve("copies").toString());
    settings.put("ATHANOR_INDEX_RETENTION", "4s");
    var added = new ConcurrentLinkedQueue<String>();
    var deleted = new ConcurrentLinkedQueue<String>();
    try (var child = ChildService.start(folder, settings);
        var client = new IndexClient(child.root())) {
      awaitReady(client);
      assertThat(client.create("kept", 16, "euclidean", "hnsw").status()).isEqualTo(201);
      var callers = new ArrayList<Thread>();
      for (int caller = 0; caller < CALLERS; caller++) {
        int number = caller;
        callers.add(Thread.ofVirtual().start(() -> change(client, number, added, deleted)));
      }
      await().atMost(PATIENCE).until(() -> added.size() >= 300 && deleted.size() >= 20);
      child.kill();
      for (var caller : callers) {
        caller.join();
      }
    }

    try (var serving = new Serving(folder.resolve("next"), settings);
        var client = new IndexClient(serving.root())) {
      assertThat(Files.list(folder.resolve("copies")).filter(Files::isDirectory)).hasSize(1);
      var expected = new ArrayList<>(added);
      expected.removeAll(List.copyOf(deleted));
      assertThat(expected).isNotEmpty();
      for (var id : expected) {
        assertThat(client.nearest("kept", vector(id), Map.of("k", 1))).containsExactly(id);
      }
      for (var id : deleted) {
        assertThat(client.nearest("kept", vector(id), Map.of("k", 1))).doesNotContain(id);
      }
      // It goes on from there, and what the killed one left in the object store is cleared away.
      assertThat(client.add("kept", List.of(entry("new", vector("new"), Map.of()))).status())
          .isEqualTo(200);
      assertThat(client.nearest("kept", vector("new"), Map.of("k", 1))).containsExactly("new");
      var store = serving.bean(ObjectStore.class);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                int segments = client.get("/v1/indexes/kept").body().path("segments").asInt();
                // A compound segment is three files and one for its deletes; the commit and the
                // manifest.
                return store.list("athanor-indexes", "").size() <= 4 * segments + 2;
              });
      for (var id : expected) {
        assertThat(client.nearest("kept", vector(id), Map.of("k", 1))).containsExactly(id);
      }
    }
  }

  /// Adds a few entries a call, deletes every sixth call's first; until the connection breaks.
  private static void change(
      IndexClient client, int caller, Queue<String> added, Queue<String> deleted) {
    var number = new AtomicInteger();
    try {
      for (int call = 0; ; call++) {
        var ids = new ArrayList<String>();
        var entries = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 3; i++) {
          var id = caller + "-" + number.getAndIncrement();
          ids.add(id);
          entries.add(entry(id, vector(id), Map.of()));
        }
        if (client.add("kept", entries).status() == 200) {
          added.addAll(ids);
        }
        if (call % 6 == 0) {
          // A delete that is not acknowledged may have happened, so its entry is no proof of loss.
          added.remove(ids.getFirst());
          if (client.remove("kept", Map.of("ids", List.of(ids.getFirst()))).status() == 200) {
            deleted.add(ids.getFirst());
          }
        }
      }
    } catch (UncheckedIOException killed) {
      // What this caller came for.
    }
  }

  private static float[] vector(String id) {
    var random = new Random(id.hashCode());
    var vector = new float[16];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static void awaitReady(IndexClient client) {
    await()
        .atMost(PATIENCE)
        .ignoreException(UncheckedIOException.class)
        .until(() -> client.get("/v1/indexes").status() == 200);
  }
}
