package dev.athanor.embedding.index;

import static dev.athanor.embedding.index.IndexClient.recall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.embedding.Serving;
import dev.athanor.testkit.Servers;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many of the true neighbours the graph finds, on the pixels of Fashion-MNIST. The truth is
/// computed here, in double precision, by comparing with everything.
class RecallIT {
  private static final Logger log = LoggerFactory.getLogger(RecallIT.class);
  private static final int ENTRIES = 6000;
  private static final int QUERIES = 100;
  private static final int K = 10;
  private static final double ENOUGH = 0.95;
  private static final String INDEX = "fashion";

  @TempDir static Path folder;
  private static Serving serving;
  private static IndexClient indexes;
  private static float[][] images;
  private static int[] classes;

  @BeforeAll
  static void start() throws IOException {
    var said = System.getenv("ATHANOR_TEST_DATA");
    var data = Path.of(said == null ? "../../shared/data" : said).resolve("fashion-mnist");
    assumeThat(data).as("Fashion-MNIST").exists();
    images = pixels(data.resolve("t10k-images-idx3-ubyte.gz"), ENTRIES + QUERIES);
    classes = labels(data.resolve("t10k-labels-idx1-ubyte.gz"), ENTRIES + QUERIES);
    var settings = new HashMap<String, String>();
    settings.put("ATHANOR_POSTGRES_URL", Servers.database());
    settings.put("ATHANOR_INDEX_FOLDER", folder.resolve("copies").toString());
    serving = new Serving(folder.resolve("one"), settings);
    indexes = new IndexClient(serving.root());
    indexes.create(INDEX, 784, "euclidean", "hnsw");
    indexes.addAll(INDEX, "", Arrays.copyOf(images, ENTRIES), i -> label(classes[i]));
  }

  @AfterAll
  static void stop() {
    if (serving != null) {
      indexes.close();
      serving.close();
    }
  }

  /// One test, because each part goes on from the one before.
  @Test
  void theGraphFindsTheTrueNeighboursAlsoAfterDeletesAndWithFilters() {
    var all = IntStream.range(0, ENTRIES).toArray();
    assertThat(measure("all", all, Map.of())).isGreaterThanOrEqualTo(ENOUGH);
    // The service's own exact search misses none.
    assertThat(measure("all, exact", all, Map.of("exact", true))).isEqualTo(1);

    var kept = Arrays.stream(all).filter(i -> i % 3 != 0).toArray();
    for (int from = 0; from < ENTRIES; from += 3000) {
      int first = from;
      indexes.remove(
          INDEX,
          Map.of(
              "ids",
              IntStream.range(first, first + 3000)
                  .filter(i -> i % 3 == 0)
                  .mapToObj(String::valueOf)
                  .toList()));
    }
    assertThat(measure("after deletes", kept, Map.of())).isGreaterThanOrEqualTo(ENOUGH);

    var shoes = Arrays.stream(kept).filter(i -> classes[i] == 7).toArray();
    assertThat(measure("one class in ten", shoes, Map.of("filter", label(7))))
        .isGreaterThanOrEqualTo(ENOUGH);
    var most = Arrays.stream(kept).filter(i -> classes[i] < 8).toArray();
    var wide =
        Map.<String, Object>of(
            "filter", Map.of("class", List.of("c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7")));
    assertThat(measure("eight classes in ten", most, wide)).isGreaterThanOrEqualTo(ENOUGH);

    // Merged segments have graphs of their own, which are written without anybody's change.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> indexes.get("/v1/indexes/" + INDEX).body().path("segments").asInt() <= 8);
    assertThat(measure("later", kept, Map.of())).isGreaterThanOrEqualTo(ENOUGH);
  }

  private static double measure(String what, int[] among, Map<String, Object> more) {
    var query = new HashMap<>(more);
    query.put("k", K);
    double sum = 0;
    long nanos = 0;
    for (int q = ENTRIES; q < ENTRIES + QUERIES; q++) {
      long from = System.nanoTime();
      var found = indexes.nearest(INDEX, images[q], query);
      nanos += System.nanoTime() - from;
      sum += recall(found, truth(images[q], among));
    }
    log.info(
        "recall@{} {}: {} of {} entries, {} ms a query",
        K,
        what,
        sum / QUERIES,
        among.length,
        nanos / 1_000_000.0 / QUERIES);
    return sum / QUERIES;
  }

  private static List<String> truth(float[] query, int[] among) {
    record Distance(int entry, double squared) {}
    return Arrays.stream(among)
        .mapToObj(
            i -> {
              double sum = 0;
              for (int p = 0; p < query.length; p++) {
                double difference = (double) query[p] - images[i][p];
                sum += difference * difference;
              }
              return new Distance(i, sum);
            })
        .sorted(Comparator.comparingDouble(Distance::squared))
        .limit(K)
        .map(distance -> String.valueOf(distance.entry()))
        .toList();
  }

  private static Map<String, String> label(int number) {
    return Map.of("class", "c" + number);
  }

  private static float[][] pixels(Path file, int count) throws IOException {
    try (var input = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
      input.skipNBytes(16);
      var images = new float[count][784];
      for (var image : images) {
        for (int p = 0; p < image.length; p++) {
          image[p] = input.readUnsignedByte();
        }
      }
      return images;
    }
  }

  private static int[] labels(Path file, int count) throws IOException {
    try (var input = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
      input.skipNBytes(8);
      var labels = new int[count];
      for (int i = 0; i < count; i++) {
        labels[i] = input.readUnsignedByte();
      }
      return labels;
    }
  }
}
