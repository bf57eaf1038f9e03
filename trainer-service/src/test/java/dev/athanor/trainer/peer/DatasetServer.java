package dev.athanor.trainer.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// The data set `patterns` over HTTP: version 1 is ready, version 2 is still being ingested. Others
/// cannot do: `texts` holds no images, `colours` has three channels, `plain` no labels.
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
        case "/v1/datasets/colours/versions/1" -> send(exchange, 200, COLOURS);
        case "/v1/datasets/plain/versions/1" -> send(exchange, 200, PLAIN);
        default -> send(exchange, 404, "{\"status\": 404, \"detail\": \"not here\"}");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
