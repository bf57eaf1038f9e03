package dev.athanor.augmentation.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.augmentation.Archives;
import dev.athanor.augmentation.Fixtures;
import dev.athanor.augmentation.Service;
import dev.athanor.augmentation.TextData;
import dev.athanor.preprocessing.tokenizer.ByteLevel;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TokenizersIT {
  private static Service service;

  @BeforeAll
  static void start() {
    service = Service.start(Map.of("ATHANOR_TOKENS_MAX_TOKENIZER_SIZE", "1MB"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  /// On the books: the library reads the file, gives a whole book back, and needs far fewer tokens
  /// than bytes; trained again it is the same file.
  @Test
  void isTrainedOnADataset() {
    var path =
        service.upload("tokenizer-books", Map.of("auto/b.tar", Archives.tar(TextData.books())));
    service.awaitEnd(path);

    var asked =
        service.send(
            "POST",
            "/v1/tokenizers",
            BodyPublishers.ofString(
                "{\"name\": \"books\", \"dataset\": \"tokenizer-books\", \"version\": 1,"
                    + " \"vocabulary\": 4096}"));
    assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
    var trained = service.awaitEnd("/v1/tokenizers/books");
    assertThat(trained.path("state").asString()).as(trained.toString()).isEqualTo("READY");
    assertThat(trained.path("vocabulary").asInt()).isEqualTo(4096);
    assertThat(trained.path("special").toString())
        .isEqualTo("{\"endOfText\":256,\"pad\":257,\"mask\":258}");
    assertThat(trained.path("progress").path("documents").asInt()).isBetween(14, 16);
    var events = service.send("GET", "/v1/tokenizers/books/events", BodyPublishers.noBody());
    assertThat(events.body()).contains("event:progress").contains("\"state\":\"READY\"");

    var tokenizer = Tokenizer.load(service.getBytes("/v1/tokenizers/books/file").body());
    var book = new String(TextData.bytes("classic-books/h-g-wells--the-time-machine.md"), UTF_8);
    var ids = tokenizer.ids(book);
    assertThat(tokenizer.text(ids)).isEqualTo(book);
    assertThat(book.length() / (double) ids.length).isGreaterThan(3);

    train("again", "tokenizer-books", 4096);
    assertThat(service.awaitEnd("/v1/tokenizers/again").path("sha256"))
        .isEqualTo(trained.path("sha256"));
  }

  /// Its library panics on a text: the preview of that one is refused, the index of all texts fails
  /// with the reason, and the service goes on. Where its process is killed from outside, as the
  /// kernel does for want of memory, the preview is to be asked for again.
  @Test
  void aTextThatBreaksItsTokenizerBreaksNothingElse() {
    service.awaitEnd(
        service.upload(
            "tokenizer-fragile",
            Map.of(
                "train/a.txt",
                ("o".repeat(40) + "!").getBytes(UTF_8),
                "test/b.txt",
                "b".getBytes(UTF_8))));
    var file =
        new String(ByteLevel.bytes(), UTF_8)
            .replace(
                "\"pre_tokenizer\":{\"type\":\"ByteLevel\"",
                "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(o+)+$\"},\"behavior\":\"Isolated\",\"invert\":false,\"was\":\"ByteLevel\"");
    var uploaded = service.send("PUT", "/v1/tokenizers/fragile", BodyPublishers.ofString(file));
    assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(200);

    try (var killer = Executors.newSingleThreadScheduledExecutor()) {
      var ignored =
          killer.scheduleWithFixedDelay(TokenizersIT::killTokenizers, 0, 10, TimeUnit.MILLISECONDS);
      var away = preview("tokenizer-fragile", "fragile");
      killer.shutdownNow();
      assertThat(away.statusCode()).as(away.body()).isEqualTo(503);
      assertThat(away.body()).contains("its process was ended from outside");
      assertThat(away.headers().firstValue("Retry-After")).contains("1");
    }
    var preview = preview("tokenizer-fragile", "fragile");
    assertThat(preview.statusCode()).as(preview.body()).isEqualTo(422);
    assertThat(preview.body()).contains("index: 0: ").contains("gave up on 41 bytes");
    service.post(
        "/v1/datasets/tokenizer-fragile/versions/1/tokens", "{\"tokenizer\": \"fragile\"}");
    var indexed = service.awaitEnd("/v1/datasets/tokenizer-fragile/versions/1/tokens/fragile");
    assertThat(indexed.path("state").asString()).isEqualTo("FAILED");
    assertThat(indexed.path("reason").asString())
        .startsWith("\"tokenizer.json: ") // quoted, for it may hold what the file does
        .contains("gave up on 41 bytes");
    assertThat(service.send("GET", "/v1/tokenizers", BodyPublishers.noBody()).statusCode())
        .isEqualTo(200);
  }

  private static HttpResponse<String> preview(String dataset, String tokenizer) {
    return service.send(
        "POST",
        "/v1/datasets/%s/versions/1/preview".formatted(dataset),
        BodyPublishers.ofString(
            "{\"split\": \"train\", \"index\": 0, \"tokens\": {\"tokenizer\": \"%s\", \"view\": \"masked\"}}"
                .formatted(tokenizer)));
  }

  /// By an option of theirs: of a long command line the beginning alone is told.
  private static void killTokenizers() {
    ProcessHandle.current()
        .children()
        .filter(
            child ->
                child.info().commandLine().orElse("").contains("-XX:+SuppressFatalErrorMessage"))
        .forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void oneKeyMakesOneTokenizer() {
    service.awaitEnd(service.upload("tokenizer-once", Map.of("auto/a.txt", "a b".getBytes(UTF_8))));
    var wanted =
        "{\"name\": \"%s\", \"dataset\": \"tokenizer-once\", \"version\": 1, \"vocabulary\": 259}";

    var first = service.post("/v1/tokenizers", wanted.formatted("once"), "tokenizer");
    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    var again = service.post("/v1/tokenizers", wanted.formatted("once"), "tokenizer");
    assertThat(again.statusCode()).isEqualTo(202);
    var other = service.post("/v1/tokenizers", wanted.formatted("twice"), "tokenizer");
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(other.body()).contains("from another request");
  }

  @Test
  void theBuiltInOneIsThere() {
    var bytes = service.get("/v1/tokenizers/bytes");

    assertThat(bytes.path("source").asString()).isEqualTo("built-in");
    assertThat(bytes.path("vocabulary").asInt()).isEqualTo(259);
    assertThat(service.getBytes("/v1/tokenizers/bytes/file").body()).isEqualTo(ByteLevel.bytes());
    assertThat(service.get("/v1/tokenizers?after=byt&limit=1").path("tokenizers").get(0))
        .isEqualTo(bytes);
    assertThat(service.get("/v1/tokenizers?after=bytes").path("tokenizers").toString())
        .doesNotContain("built-in");
  }

  @Test
  void anybodysIsKeptAsItIs() {
    var file = wordLevel("hello", 3);

    assertThat(service.put("/v1/tokenizers/mine", file).statusCode()).isEqualTo(200);
    assertThat(service.put("/v1/tokenizers/mine", file).statusCode()).isEqualTo(200);
    assertThat(service.getBytes("/v1/tokenizers/mine/file").body()).isEqualTo(file);
    var mine = service.get("/v1/tokenizers/mine");
    assertThat(mine.path("state").asString()).isEqualTo("READY");
    assertThat(mine.path("special").toString())
        .isEqualTo("{\"endOfText\":null,\"pad\":null,\"mask\":null}");

    var other = service.put("/v1/tokenizers/mine", wordLevel("bye", 3));
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(service.getBytes("/v1/tokenizers/mine/file").body()).isEqualTo(file);

    service.awaitEnd(service.upload("tokenizer-mine", Map.of("auto/a.txt", "a b".getBytes(UTF_8))));
    var index =
        service.post("/v1/datasets/tokenizer-mine/versions/1/tokens", "{\"tokenizer\": \"mine\"}");
    assertThat(index.path("status").asInt()).isEqualTo(422);
    assertThat(index.path("detail").asString()).contains("no token that ends a text");
    assertThat(delete("mine")).isEqualTo(204);
    assertThat(service.get("/v1/tokenizers/mine").path("status").asInt()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "broken | nonsense | 422 | tokenizer.json: not JSON",
        "broken | {\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}} | 422 |"
            + " out of vocabulary",
        "broken | {\"model\":{\"vocab\":{}}} | 422 | no tokens",
        "bytes | {} | 409 | a tokenizer \"bytes\" exists",
        "Not%20One | {} | 400 | name: \"Not One\""
      })
  void whatIsNoTokenizerIsRefused(String name, String file, int status, String reason) {
    var answer = service.put("/v1/tokenizers/" + name, file.getBytes(UTF_8));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body().replace("\\\"", "\"")).contains(reason).contains("expected");
    assertThat(service.get("/v1/tokenizers").toString()).doesNotContain("broken");
  }

  @Test
  void whatIsTooLargeIsRefused() {
    assertThat(service.put("/v1/tokenizers/large", new byte[2 << 20]).statusCode()).isEqualTo(413);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"dataset\": \"d\", \"version\": 1} | 400 | name: missing",
        "{\"name\": \"t\", \"dataset\": \"none\", \"version\": 1} | 404 | \"none\" has no version"
            + " 1",
        "{\"name\": \"t\", \"dataset\": \"none\", \"version\": 1, \"vocabulary\": 258} | 400 |"
            + " vocabulary: 258 (expected: 259 to 262144)",
        "{\"name\": \"t\", \"dataset\": \"tokenizer-images\", \"version\": 1} | 422 | holds images"
            + " (expected: texts)",
        "{\"name\": \"t\", \"vocab\": 1} | 400 | vocab"
      })
  void whatCannotBeTrainedIsRefused(String body, int status, String reason) {
    service.awaitEnd(service.upload("tokenizer-images", Fixtures.idx(20, 5, 28)));

    var answer = service.send("POST", "/v1/tokenizers", BodyPublishers.ofString(body));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body().replace("\\\"", "\"")).contains(reason);
  }

  @Test
  void aNameIsTakenOnce() {
    service.awaitEnd(
        service.upload("tokenizer-key", Map.of("auto/a.txt", "a b a b".getBytes(UTF_8))));
    var first = train("keyed", "tokenizer-key", 300);

    assertThat(first.path("state").asString()).isEqualTo("TRAINING");
    assertThat(train("keyed", "tokenizer-key", 300).path("status").asInt()).isEqualTo(409);
    assertThat(service.awaitEnd("/v1/tokenizers/keyed").path("vocabulary").asInt())
        .isBetween(259, 299);
  }

  private static JsonNode train(String name, String dataset, int vocabulary) {
    return service.post(
        "/v1/tokenizers",
        "{\"name\": \"%s\", \"dataset\": \"%s\", \"version\": 1, \"vocabulary\": %d}"
            .formatted(name, dataset, vocabulary));
  }

  private static int delete(String name) {
    return service.send("DELETE", "/v1/tokenizers/" + name, BodyPublishers.noBody()).statusCode();
  }

  private static byte[] wordLevel(String word, int id) {
    return """
    {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"},
     "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "%s": %d}, "unk_token": "[UNK]"}}
    """
        .formatted(word, id)
        .getBytes(UTF_8);
  }
}
