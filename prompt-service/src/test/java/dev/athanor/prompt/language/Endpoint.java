package dev.athanor.prompt.language;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Somebody else's language model behind OpenAI's protocol, over real HTTP.
final class Endpoint implements AutoCloseable {
  private final HttpServer server;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();

  /// @param upgrade what the caller would rather speak; null: nothing else
  /// @param length that the body was announced with; null: none
  record Call(
      String path,
      String authorization,
      @Nullable String upgrade,
      @Nullable String length,
      String body) {}

  /// Writes an answer to a request that has been read.
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  Endpoint() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:%d/v1/".formatted(server.getAddress().getPort());
  }

  void answer(String path, Answer answer) {
    answers.put(path, answer);
  }

  void answer(String path, int status, String json) {
    answer(
        path,
        exchange -> {
          var bytes = json.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
        });
  }

  Call lastCall() {
    return calls.getLast();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      calls.add(
          new Call(
              path,
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
              exchange.getRequestHeaders().getFirst("Upgrade"),
              exchange.getRequestHeaders().getFirst("Content-Length"),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      answers.getOrDefault(path, missing -> missing.sendResponseHeaders(404, -1)).to(exchange);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
