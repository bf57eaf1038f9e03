package dev.athanor.trainer.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.preprocessing.tokenizer.ByteLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// The data set `patterns` over HTTP: version 1 is ready, version 2 is still being ingested; like
/// it are `colours`, with three channels, and `plain`, without labels. Two others hold texts:
/// `texts`, without labels, and `notes`, whose texts are those of [TokenBatches]. Their tokens by
/// the tokenizer `bytes` are there at the second look, by `broken` they fail, and by `endless` they
/// never come. `memos` are like them, but of three classes, one of which has no test text. `grown`
/// has two pages of versions.
public final class DatasetServer implements AutoCloseable {
  public static final int TRAIN = 192;
  public static final int TEST = 80;

  private static final String READY =
      """
      {"dataset": "patterns", "version": 1, "state": "READY", "format": "idx",
       "image": {"height": 16, "width": 16, "channels": 1}, "classes": ["a", "b", "c", "d"],
       "mean": [0.5], "std": [0.25],
       "splits": {"train": {"samples": %d, "labelled": %d}, "test": {"samples": %d, "labelled": %d}}}"""
          .formatted(TRAIN, TRAIN, TEST, TEST);
  private static final String TEXTS =
      """
      {"dataset": "texts", "version": 1, "state": "READY", "kind": "text", "format": "text",
       "classes": [], "splits": {"train": {"samples": 500, "labelled": 0}}}""";
  private static final String NOTES =
      """
      {"dataset": "notes", "version": 1, "state": "READY", "kind": "text", "format": "tsv",
       "classes": ["early", "late"], "mean": [], "std": [],
       "splits": {"train": {"samples": %d, "labelled": %d}, "test": {"samples": %d, "labelled": %d}}}"""
          .formatted(TRAIN, TRAIN, TEST, TEST);
  private static final String TOKENIZER =
      """
      {"name": "%s", "source": "built-in", "state": "%s", "vocabulary": 259, "sha256": "%s",
       "special": {"endOfText": 256, "pad": 257, "mask": %s}}""";
  private static final String INDEX =
      """
      {"dataset": "notes", "version": 1, "tokenizer": "bytes", "sha256": "%s", "state": "%s",
       "reason": %s, "progress": {"documents": 0, "bytes": 5, "totalBytes": 10},
       "splits": {"train": {"documents": %d, "tokens": %d, "bytes": %d},
                  "test": {"documents": %d, "tokens": %d, "bytes": %d}}}""";
  private static final String MEMOS =
      NOTES.replace("notes", "memos").replace("\"late\"", "\"late\", \"never\"");
  private static final String TOKENS = "/v1/datasets/notes/versions/1/tokens";
  private static final String TOKENS_OF_MEMOS = "/v1/datasets/memos/versions/1/tokens";
  private static final byte[] TOKENIZER_FILE = ByteLevel.bytes();
  private static final String TOKENIZER_SHA256 = Sha256.hex(TOKENIZER_FILE);
  private static final String COLOURS =
      READY.replace("patterns", "colours").replace("\"channels\": 1", "\"channels\": 3");
  private static final String PLAIN =
      READY
          .replace("patterns", "plain")
          .replace("[\"a\", \"b\", \"c\", \"d\"]", "[]")
          .replaceAll("\"labelled\": \\d+", "\"labelled\": 0");
  private static final String VERSIONS =
      """
      {"versions": [{"dataset": "patterns", "version": 2, "state": "INGESTING"},
                    {"dataset": "patterns", "version": 1, "state": "READY"}], "next": null}""";

  private final HttpServer server;
  private volatile boolean otherFile;

  public DatasetServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Whether the tokenizer `bytes` is said to be another file than it is.
  public void otherFile(boolean other) {
    otherFile = other;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/v1/datasets/patterns/versions" -> send(exchange, 200, VERSIONS);
        case "/v1/datasets/patterns/versions/1" -> send(exchange, 200, READY);
        case "/v1/datasets/patterns/versions/2" ->
            send(
                exchange,
                200,
                READY.replace("READY", "INGESTING").replace("\"version\": 1", "\"version\": 2"));
        case "/v1/datasets/texts/versions/1" -> send(exchange, 200, TEXTS);
        case "/v1/datasets/notes/versions" ->
            send(exchange, 200, "{\"versions\": [{\"version\": 1, \"state\": \"READY\"}]}");
        case "/v1/datasets/notes/versions/1" -> send(exchange, 200, NOTES);
        case "/v1/datasets/memos/versions" ->
            send(exchange, 200, "{\"versions\": [{\"version\": 1, \"state\": \"READY\"}]}");
        case "/v1/datasets/memos/versions/1" -> send(exchange, 200, MEMOS);
        case "/v1/datasets/grown/versions" ->
            send(exchange, 200, versions(exchange.getRequestURI().getQuery()));
        case "/v1/datasets/grown/versions/3" ->
            send(exchange, 200, READY.replace("\"version\": 1", "\"version\": 3"));
        case "/v1/tokenizers" ->
            send(exchange, 200, tokenizers(exchange.getRequestURI().getQuery()));
        case "/v1/tokenizers/bytes" ->
            send(
                exchange,
                200,
                otherFile
                    ? tokenizer("bytes", "READY", "258").replace(TOKENIZER_SHA256, "0".repeat(64))
                    : tokenizer("bytes", "READY", "258"));
        case "/v1/tokenizers/broken" -> send(exchange, 200, tokenizer("broken", "READY", "258"));
        case "/v1/tokenizers/endless" -> send(exchange, 200, tokenizer("endless", "READY", "258"));
        case "/v1/tokenizers/growing" -> send(exchange, 200, tokenizer("growing", "TRAINING", "0"));
        case "/v1/tokenizers/maskless" ->
            send(exchange, 200, tokenizer("maskless", "READY", "null"));
        case "/v1/tokenizers/bytes/file" -> send(exchange, 200, TOKENIZER_FILE);
        case TOKENS -> send(exchange, 202, index("BUILDING", "null"));
        case TOKENS + "/bytes" -> send(exchange, 200, index("READY", "null"));
        case TOKENS_OF_MEMOS -> send(exchange, 202, index("BUILDING", "null"));
        case TOKENS_OF_MEMOS + "/bytes" -> send(exchange, 200, index("READY", "null"));
        case TOKENS + "/broken" -> send(exchange, 200, index("FAILED", "\"shard 3 is gone\""));
        case TOKENS + "/endless" -> send(exchange, 200, index("BUILDING", "null"));
        case "/v1/datasets/colours/versions/1" -> send(exchange, 200, COLOURS);
        case "/v1/datasets/plain/versions/1" -> send(exchange, 200, PLAIN);
        default -> send(exchange, 404, "{\"status\": 404, \"detail\": \"not here\"}");
      }
    }
  }

  private static String tokenizer(String name, String state, String mask) {
    return TOKENIZER.formatted(name, state, TOKENIZER_SHA256, mask);
  }

  /// Two pages of one each.
  private static String tokenizers(String query) {
    return query.endsWith("after=")
        ? "{\"tokenizers\": [%s], \"next\": \"another\"}"
            .formatted(
                tokenizer("another", "READY", "null").replace(TOKENIZER_SHA256, "1".repeat(64)))
        : "{\"tokenizers\": [%s], \"next\": null}".formatted(tokenizer("bytes", "READY", "258"));
  }

  /// The second page's last version is still being ingested.
  private static String versions(String query) {
    return query.endsWith("after=0")
        ? """
        {"versions": [{"version": 1, "state": "READY"}, {"version": 2, "state": "READY"}], "next": 2}"""
        : """
        {"versions": [{"version": 3, "state": "READY"}, {"version": 4, "state": "INGESTING"}], "next": null}""";
  }

  private static String index(String state, String reason) {
    var index =
        INDEX.formatted(
            TOKENIZER_SHA256,
            state,
            reason,
            TRAIN,
            TRAIN * (TokenBatches.LENGTH + 1),
            TRAIN * TokenBatches.LENGTH,
            TEST,
            TEST * (TokenBatches.LENGTH + 1),
            TEST * TokenBatches.LENGTH);
    return state.equals("READY")
        ? index
        : index.replaceAll("(?s)\"splits\".*", "\"splits\": null}");
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
