package dev.athanor.embedding.index;

import static dev.athanor.embedding.index.IndexClient.entry;
import static dev.athanor.embedding.index.IndexClient.ids;
import static dev.athanor.embedding.index.IndexClient.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.TextEncoders;
import dev.athanor.testkit.Servers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Indexes on real servers: what callers can do, what they are refused, and that two instances
/// never disagree.
class IndexIT {
  private static final String MODEL = "shapes";
  private static final String TEXTS = "sentences";

  @TempDir static Path folder;
  private static Serving serving;
  private static Serving other;
  private static IndexClient indexes;
  private static IndexClient there;

  @BeforeAll
  static void start() throws Exception {
    var settings = new HashMap<String, String>();
    settings.put("ATHANOR_POSTGRES_URL", Servers.database());
    settings.put("ATHANOR_INDEX_FOLDER", folder.resolve("copies").toString());
    settings.put("ATHANOR_INDEX_ENTRIES", "3000");
    settings.put("ATHANOR_INDEX_PAYLOAD", "200B");
    settings.put("ATHANOR_EMBED_IMAGES", "4");
    serving = new Serving(folder.resolve("one"), settings);
    other = new Serving(folder.resolve("two"), settings);
    serving.publish(Encoders.train(folder.resolve(MODEL), MODEL, 1, 4));
    serving.awaitServed(MODEL, MODEL + "@1");
    other.awaitServed(MODEL, MODEL + "@1");
    serving.publish(TextEncoders.train(folder.resolve(TEXTS), TEXTS, 1, "masked").published());
    serving.awaitServed(TEXTS, TEXTS + "@1");
    other.awaitServed(TEXTS, TEXTS + "@1");
    indexes = new IndexClient(serving.root());
    there = new IndexClient(other.root());
  }

  @AfterAll
  static void stop() {
    indexes.close();
    there.close();
    serving.close();
    other.close();
  }

  @Test
  void whatIsInAnIndexCanBeReadBack() {
    indexes.create("read-back", 2, "cosine", "hnsw");
    assertThat(indexes.get("/v1/indexes/read-back/entries").body().path("entries")).isEmpty();
    indexes.add(
        "read-back",
        List.of(
            entry("b", vector(0, 1), Map.of()),
            entry("a b/c", vector(3, 4), Map.of("side", "top")),
            Map.of("id", "é", "vector", vector(1, 0), "payload", List.of(1, "x"))));
    indexes.add("read-back", List.of(entry("b", vector(0, -2), Map.of("side", "bottom"))));
    indexes.add("read-back", List.of(entry("away", vector(1, 1), Map.of())));
    indexes.remove("read-back", Map.of("ids", List.of("away")));

    for (var reader : List.of(indexes, there)) {
      var replaced = reader.get("/v1/indexes/read-back/entries/b");
      assertThat(replaced.status()).isEqualTo(200);
      assertThat(replaced.body().toString())
          .isEqualTo("{\"id\":\"b\",\"vector\":[0.0,-1.0],\"labels\":{\"side\":\"bottom\"}}");
      var accented = reader.get("/v1/indexes/read-back/entries/%C3%A9").body();
      assertThat(accented.path("payload").toString()).isEqualTo("[1,\"x\"]");

      var first = reader.get("/v1/indexes/read-back/entries?limit=2").body();
      assertThat(first.path("entries").valueStream().map(it -> it.path("id").asString()))
          .containsExactly("a b/c", "b");
      assertThat(first.at("/entries/0/vector/1").asDouble()).isCloseTo(0.8, within(1e-6));
      assertThat(first.at("/entries/0/vector/0").asDouble()).isCloseTo(0.6, within(1e-6));
      assertThat(first.path("next").asString()).isEqualTo("b");
      var second = reader.get("/v1/indexes/read-back/entries?limit=2&after=b").body();
      assertThat(second.path("entries")).containsExactly(accented);
      assertThat(second.path("next").isNull()).isTrue();
    }
    for (var gone : List.of("away", "nowhere")) {
      var answer = indexes.get("/v1/indexes/read-back/entries/" + gone);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.body().path("detail").asString())
          .isEqualTo(
              "entry: \"%s\" of index read-back (expected: one that was added)".formatted(gone));
    }
    assertThat(indexes.get("/v1/indexes/none/entries/a").status()).isEqualTo(404);
    assertThat(indexes.get("/v1/indexes/none/entries").status()).isEqualTo(404);
    assertThat(indexes.get("/v1/indexes/read-back/entries?limit=201").status()).isEqualTo(400);
  }

  @Test
  void anIndexIsMadeFilledSearchedAndDeleted() {
    assertThat(indexes.create("plane", 2, "cosine", "hnsw").status()).isEqualTo(201);
    var empty = indexes.get("/v1/indexes/plane").body();
    assertThat(empty.path("state").asString()).isEqualTo("EMPTY");
    assertThat(empty.at("/hnsw/m").asInt()).isEqualTo(16);
    assertThat(indexes.nearest("plane", vector(1, 0), Map.of())).isEmpty();

    var added =
        indexes.add(
            "plane",
            List.of(
                Map.of(
                    "id",
                    "east",
                    "vector",
                    vector(5, 0),
                    "labels",
                    Map.of("side", "right"),
                    "payload",
                    Map.of("degrees", 0)),
                entry("north", vector(0, 1), Map.of("side", "top")),
                entry("south east", vector(1, -1), Map.of("side", "right", "also", "bottom"))));
    assertThat(added.status()).isEqualTo(200);
    assertThat(added.body().path("entries").asInt()).isEqualTo(3);

    var answer = indexes.query("plane", vector(2, 0), Map.of("k", 2));
    assertThat(ids(answer)).containsExactly("east", "south east");
    var nearest = answer.body().at("/neighbours/0");
    assertThat(nearest.path("score").asDouble()).isCloseTo(1, within(1e-6));
    assertThat(nearest.at("/labels/side").asString()).isEqualTo("right");
    assertThat(nearest.at("/payload/degrees").asInt(-1)).isZero();
    assertThat(answer.body().at("/neighbours/1/score").asDouble())
        .isCloseTo(Math.sqrt(0.5), within(1e-6));

    // The same id again takes the entry's place.
    indexes.add("plane", List.of(entry("east", vector(-1, 0), Map.of("side", "left"))));
    assertThat(indexes.nearest("plane", vector(2, 0), Map.of("k", 1)))
        .containsExactly("south east");

    var removed = indexes.remove("plane", Map.of("ids", List.of("north", "nowhere")));
    assertThat(removed.body().path("entries").asInt()).isEqualTo(2);
    indexes.remove("plane", Map.of("filter", Map.of("side", List.of("right", "top"))));
    assertThat(indexes.nearest("plane", vector(2, 0), Map.of())).containsExactly("east");
    var shown = indexes.get("/v1/indexes/plane").body();
    assertThat(shown.path("state").asString()).isEqualTo("READY");
    assertThat(shown.path("entries").asInt()).isEqualTo(1);
    assertThat(shown.path("bytes").asLong()).isPositive();

    assertThat(indexes.send("DELETE", "/v1/indexes/plane", null).status()).isEqualTo(204);
    assertThat(indexes.get("/v1/indexes/plane").status()).isEqualTo(404);
    assertThat(there.query("plane", vector(1, 0), Map.of()).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "cosine, hnsw, 0.9805807",
    "dot, hnsw, 24",
    "euclidean, hnsw, 1.4142136",
    "dot, exact, 24",
    "euclidean, exact, 1.4142136"
  })
  void scoresAreTheMeasuresThemselves(String similarity, String search, double score) {
    var name = "scores-" + similarity + "-" + search;
    indexes.create(name, 2, similarity, search);
    indexes.add(
        name,
        List.of(entry("near", vector(3, 3), Map.of()), entry("far", vector(-4, -40), Map.of())));
    var answer = indexes.query(name, vector(4, 4), Map.of());
    if (similarity.equals("cosine")) {
      answer = indexes.query(name, vector(4, 6), Map.of());
    }
    assertThat(ids(answer)).containsExactly("near", "far");
    assertThat(answer.body().at("/neighbours/0/score").asDouble()).isCloseTo(score, within(1e-5));
  }

  @Test
  void filtersHoldOnEveryLabelAndAnyOfItsValues() {
    indexes.create("filtered", 2, "euclidean", "hnsw");
    var entries = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < 30; i++) {
      entries.add(
          entry(
              "e" + i,
              vector(i, 0),
              Map.of("third", "t" + i % 3, "half", i < 15 ? "low" : "high")));
    }
    indexes.add("filtered", entries);
    for (boolean exact : new boolean[] {false, true}) {
      assertThat(
              indexes.nearest(
                  "filtered",
                  vector(0, 0),
                  Map.of(
                      "k",
                      4,
                      "exact",
                      exact,
                      "filter",
                      Map.of("half", "high", "third", List.of("t0", "t1")))))
          .containsExactly("e15", "e16", "e18", "e19");
    }
    assertThat(
            indexes.nearest("filtered", vector(0, 0), Map.of("filter", Map.of("third", "t0=low"))))
        .isEmpty();
  }

  @Test
  void imagesAreEmbeddedByTheIndexsModel() {
    var made = indexes.post("/v1/indexes", Map.of("name", "pictures", "model", MODEL));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body().path("model").asString()).isEqualTo(MODEL + "@1");
    var images = Encoders.images(9, 3);
    var entries = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < images.size(); i++) {
      entries.add(Map.of("id", "picture-" + i, "image", base64(images.get(i))));
    }
    var added = indexes.add("pictures", entries);
    assertThat(added.status()).as(added.detail()).isEqualTo(200);
    for (int i = 0; i < images.size(); i++) {
      var answer =
          there.post(
              "/v1/indexes/pictures/query",
              Map.of("image", "data:image/png;base64," + base64(images.get(i)), "k", 1));
      assertThat(ids(answer)).containsExactly("picture-" + i);
      assertThat(answer.body().at("/neighbours/0/score").asDouble()).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void whatCannotBeEmbeddedIsNamedByItsEntry() {
    indexes.post("/v1/indexes", Map.of("name", "named", "model", MODEL));
    var entries = new ArrayList<Map<String, Object>>();
    var images = Encoders.images(6, 3);
    for (int i = 0; i < 6; i++) {
      entries.add(Map.of("id", "n" + i, "image", i == 5 ? "AAAA" : base64(images.get(i))));
    }
    var refused = indexes.add("named", entries);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.detail()).startsWith("entries[5].image: ");
    assertThat(indexes.get("/v1/indexes/named").body().path("entries").asInt()).isZero();
  }

  @Test
  void textsAreEmbeddedByTheIndexsModel() {
    indexes.post("/v1/indexes", Map.of("name", "sayings", "model", TEXTS));
    var entries = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < TextEncoders.PROBES.size(); i++) {
      entries.add(Map.of("id", "saying-" + i, "text", TextEncoders.PROBES.get(i)));
    }
    var added = indexes.add("sayings", entries);
    assertThat(added.status()).as(added.detail()).isEqualTo(200);
    for (int i = 0; i < TextEncoders.PROBES.size(); i++) {
      var answer =
          there.post(
              "/v1/indexes/sayings/query", Map.of("text", TextEncoders.PROBES.get(i), "k", 1));
      assertThat(ids(answer)).containsExactly("saying-" + i);
    }
    var empty = indexes.add("sayings", List.of(Map.of("id", "none", "text", "")));
    assertThat(empty.status()).isEqualTo(400);
    assertThat(empty.detail()).startsWith("entries[0].text: empty");
    var image = indexes.add("sayings", List.of(Map.of("id", "none", "image", "AAAA")));
    assertThat(image.status()).isEqualTo(400);
  }

  @Test
  void manyDimensionsAreNotTooMany() {
    int dimensions = 4096;
    assertThat(indexes.create("wide", dimensions, "dot", "hnsw").status()).isEqualTo(201);
    var vectors = gaussian(150, dimensions, 5);
    indexes.addAll("wide", "w", vectors, _ -> Map.of());
    assertThat(there.nearest("wide", vectors[77], Map.of("k", 1))).containsExactly("w77");
    var refused = indexes.create("wider", dimensions + 1, "dot", "hnsw");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.detail()).isEqualTo("dimensions: 4097 (expected: 1 to 4096)");
  }

  @Test
  void instancesThatWriteInTurnAndTogetherLoseNothing() throws Exception {
    indexes.create("shared", 8, "euclidean", "hnsw");
    var vectors = gaussian(160, 8, 9);
    try (var threads = Executors.newFixedThreadPool(8)) {
      var calls = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < vectors.length; i += 4) {
        int from = i;
        var client = i % 8 == 0 ? indexes : there;
        calls.add(
            () ->
                client
                    .add(
                        "shared",
                        IntStream.range(from, from + 4)
                            .mapToObj(n -> entry("s" + n, vectors[n], Map.of()))
                            .toList())
                    .status());
      }
      for (var status : threads.invokeAll(calls)) {
        assertThat(status.get()).isEqualTo(200);
      }
    }
    for (var client : List.of(indexes, there)) {
      assertThat(client.get("/v1/indexes/shared").body().path("entries").asInt()).isEqualTo(160);
      for (int n = 0; n < vectors.length; n++) {
        assertThat(client.nearest("shared", vectors[n], Map.of("k", 1))).containsExactly("s" + n);
      }
    }
    // What one acknowledges the other finds at once.
    for (int n = 0; n < 5; n++) {
      var late = vector(100 + n, 0, 0, 0, 0, 0, 0, 0);
      (n % 2 == 0 ? indexes : there).add("shared", List.of(entry("late" + n, late, Map.of())));
      assertThat((n % 2 == 0 ? there : indexes).nearest("shared", late, Map.of("k", 1)))
          .containsExactly("late" + n);
    }
  }

  @Test
  void aNameIsTakenOnceAndAKeyMakesOneIndex() {
    var body = Map.of("name", "once", "dimensions", 3);
    var first = indexes.post("/v1/indexes", body, "Idempotency-Key", "the key");
    assertThat(first.status()).isEqualTo(201);
    var again = there.post("/v1/indexes", body, "Idempotency-Key", "the key");
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    var otherwise =
        indexes.post(
            "/v1/indexes",
            Map.of("name", "once-more", "dimensions", 3),
            "Idempotency-Key",
            "the key");
    assertThat(otherwise.status()).isEqualTo(409);
    var taken = indexes.create("once", 3, "dot", "hnsw");
    assertThat(taken.status()).isEqualTo(409);
    assertThat(taken.detail()).isEqualTo("name: once is taken (expected: another)");
  }

  @Test
  void theListIsPaged() {
    for (int i = 0; i < 5; i++) {
      indexes.create("page-" + i, 2, "dot", "exact");
    }
    var names = new ArrayList<String>();
    var next = "page-";
    while (!next.isEmpty()) {
      var page = indexes.get("/v1/indexes?limit=2&after=" + next).body();
      page.path("indexes").forEach(index -> names.add(index.path("name").asString()));
      next = page.path("next").asString("");
    }
    assertThat(names).contains("page-0", "page-1", "page-2", "page-3", "page-4").isSorted();
    assertThat(indexes.get("/v1/indexes?limit=0").status()).isEqualTo(400);
    assertThat(indexes.get("/v1/indexes?after=%01").detail()).startsWith("after: \"\\u0001\" (");
  }

  @Test
  void aFullIndexTakesNothingNewAndLetsItselfBeChanged() {
    indexes.create("full", 2, "euclidean", "exact");
    var vectors = gaussian(3000, 2, 1);
    indexes.addAll("full", "f", vectors, _ -> Map.of());
    var refused = indexes.add("full", List.of(entry("more", vector(9, 9), Map.of())));
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.detail()).startsWith("entries: 1 more, index full has 3000");
    assertThat(indexes.get("/v1/indexes/full").body().path("state").asString()).isEqualTo("FULL");
    assertThat(indexes.add("full", List.of(entry("f7", vector(9, 9), Map.of()))).status())
        .isEqualTo(200);
    assertThat(indexes.nearest("full", vector(9, 9), Map.of("k", 1))).containsExactly("f7");
    indexes.remove("full", Map.of("ids", List.of("f8")));
    assertThat(indexes.add("full", List.of(entry("more", vector(9, 8), Map.of()))).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}                                       | name: \"\" (expected: [a-z0-9][a-z0-9._-]{0,62})",
        "{'name':'../x','dimensions':2}           | name: \"../x\" (expected: [a-z0-9][a-z0-9._-]{0,62})",
        "{'name':'x'}                             | model, dimensions: neither (expected: one of them)",
        "{'name':'x','dimensions':0}              | dimensions: 0 (expected: 1 to 4096)",
        "{'name':'x','dimensions':2,'similarity':'near'} | similarity: \"near\" (expected: cosine or dot or euclidean)",
        "{'name':'x','dimensions':2,'search':'ivf'} | search: \"ivf\" (expected: hnsw or exact)",
        "{'name':'x','dimensions':2,'hnsw':{'m':1000}} | hnsw.m: 1000 (expected: 4 to 64)",
        "{'name':'x','dimensions':2,'hnsw':{'efConstruction':1}} | hnsw.efConstruction: 1 (expected: 8 to 1000)",
        "{'name':'x','dimensions':2,'search':'exact','hnsw':{'m':8}} | hnsw: given (expected: none where search is exact)",
        "{'name':'x','dimension':2}               | dimension: unknown field",
        "{'name':'x','dimensions':'many'}         | dimensions: \"many\" (expected: a whole number)",
        "{                                        | not readable at line 1",
        "null                                     | body: null (expected: a JSON object)"
      })
  void whatCannotBeAnIndexIsRefused(String row) {
    var parts = row.replace('\'', '"').split(" \\| ", 2);
    var refused = indexes.send("POST", "/v1/indexes", parts[0].strip());
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.detail()).startsWith(parts[1].replace("\"near\"", "\"near\"").strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]                                    | 400 | entries: 0 (expected: 1 to 1000)",
        "[null]                                | 400 | entries[0]: null (expected: an object)",
        "[{'vector':[1,2]}]                    | 400 | entries[0].id: null (expected: 1 to 200 characters)",
        "[{'id':'a'}]                          | 400 | entries[0].vector, image, text: 0 of them given (expected: 1)",
        "[{'id':'a','vector':[1,2,3]}]         | 400 | entries[0].vector: 3 numbers (expected: 2, the index's dimensions)",
        "[{'id':'a','vector':[1,'NaN']}]       | 400 | entries[0].vector[1]: NaN (expected: a number from",
        "[{'id':'a','vector':[1,1e999]}]       | 400 | entries[0].vector[1]: Infinity (expected: a number from",
        "[{'id':'a','vector':[0,0]}]           | 400 | entries[0].vector: all zeros (expected: a direction, similarity is cosine)",
        "[{'id':'a','vector':[1,NaN]}]         | 400 | not readable",
        "[{'id':'a','vector':[1,null]}]        | 400 | ",
        "[{'id':'a','vector':'12'}]            | 400 | ",
        "[{'id':'a','image':'AAAA'}]           | 400 | entries[0].image: index bad has no model (expected: a vector)",
        "[{'id':'a','image':'%'}]              | 400 | entries[0].image: \"%\" (expected: an image as base64",
        "[{'id':'a','vector':[1,2]},{'id':'a','vector':[1,2]}] | 400 | entries[1].id: \"a\" is there twice",
        "[{'id':'a','vector':[1,2],'labels':{'A b':'c'}}] | 400 | entries[0].labels: \"A b\" (expected:",
        "[{'id':'a','vector':[1,2],'labels':{'a':null}}] | 400 | entries[0].labels.a: null (expected: a text",
        "[{'id':'a','vector':[1,2],'payload':'LONG'}] | 413 | entries[0].payload: 302 bytes (expected: at most 200)"
      })
  void whatCannotBeAnEntryIsRefused(String row) {
    indexes.create("bad", 2, "cosine", "hnsw");
    var parts = row.replace('\'', '"').split("\\|", 3);
    var refused =
        indexes.send(
            "POST",
            "/v1/indexes/bad/entries",
            "{\"entries\":%s}".formatted(parts[0].strip().replace("LONG", "x".repeat(300))));
    assertThat(refused.status()).isEqualTo(Integer.parseInt(parts[1].strip()));
    assertThat(refused.detail()).startsWith(parts[2].replace("index\"s", "index's").strip());
    assertThat(indexes.get("/v1/indexes/bad").body().path("entries").asInt()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'vector':[1,2],'k':0}             | k: 0 (expected: 1 to 1000)",
        "{'vector':[1,2],'k':1001}          | k: 1001 (expected: 1 to 1000)",
        "{'vector':[1,2],'k':20,'candidates':19} | candidates: 19 (expected: 20 to 10000)",
        "{'vector':[1,2],'candidates':10001} | candidates: 10001 (expected: 10 to 10000)",
        "{'vector':[1]}                     | vector: 1 numbers (expected: 2, the index's dimensions)",
        "{'vector':[0,0]}                   | vector: all zeros (expected: a direction, similarity is cosine)",
        "{}                                 | vector, image, text: 0 of them given (expected: 1)",
        "{'vector':[1,2],'filter':{'a':1}}  | filter.a: \"1\" (expected: a text or a list of texts)",
        "{'vector':[1,2],'filter':{'a':[]}} | filter.a: 0 values (expected: 1 to 100)"
      })
  void whatCannotBeLookedForIsRefused(String row) {
    indexes.create("asked", 2, "cosine", "hnsw");
    var parts = row.replace('\'', '"').split("\\|", 2);
    var refused = indexes.send("POST", "/v1/indexes/asked/query", parts[0].strip());
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.detail()).startsWith(parts[1].replace("index\"s", "index's").strip());
  }

  @Test
  void whatIsNotThereOrTooLargeIsSaidSo() {
    for (var path : List.of("entries", "entries/delete", "query")) {
      assertThat(indexes.send("POST", "/v1/indexes/nowhere/" + path, "{}").status()).isEqualTo(404);
    }
    assertThat(indexes.send("DELETE", "/v1/indexes/nowhere", null).status()).isEqualTo(404);
    assertThat(indexes.send("GET", "/v1/indexes/A%20B", null).status()).isIn(400, 404);
    indexes.create("bounded", 2, "dot", "hnsw");
    var many = Collections.nCopies(1001, Map.of("id", "a"));
    assertThat(indexes.post("/v1/indexes/bounded/entries", Map.of("entries", many)).detail())
        .isEqualTo("entries: 1001 (expected: 1 to 1000)");
    assertThat(
            indexes
                .send("POST", "/v1/indexes/bounded/entries", "x".repeat((32 << 20) + 1))
                .status())
        .isEqualTo(413);
    assertThat(indexes.remove("bounded", Map.of()).detail())
        .isEqualTo("ids, filter: neither (expected: one of them)");
    assertThat(indexes.post("/v1/indexes", Map.of("name", "m", "model", "unknown")).status())
        .isEqualTo(404);
  }

  private static float[][] gaussian(int count, int dimensions, long seed) {
    var random = new Random(seed);
    var vectors = new float[count][dimensions];
    for (var vector : vectors) {
      for (int i = 0; i < dimensions; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
