package dev.athanor.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A service behind the gateway: a real HTTP server that does what a test needs.
public final class TestService implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private TestService(HttpServer server) {
    this.server = server;
  }

  public static TestService start() {
    try {
      var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      var service = new TestService(HttpServer.create(loopback, 0));
      service.server.setExecutor(service.threads);
      service.server.start();
      return service;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// An address at which nothing listens.
  public static URI nowhere() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://localhost:" + socket.getLocalPort());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Answers requests under `path`; the longest path wins.
  public TestService on(String path, HttpHandler handler) {
    server.createContext(path, handler);
    return this;
  }

  /// Answers `json` under `path`.
  public TestService json(String path, int status, String json) {
    return on(path, exchange -> answer(exchange, status, "application/json", json));
  }

  public URI address() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  public static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
