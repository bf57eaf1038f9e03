package dev.athanor.prompt.language;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// An endpoint that begins to answer each connection's request, says no more, and waits until the
/// connection ends.
final class SilentEndpoint implements AutoCloseable {
  private final ServerSocket server;
  private final String beginning;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  /// @param beginning of its answers, head first; may be empty
  SilentEndpoint(String beginning) {
    this.beginning = beginning;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:%d/v1".formatted(server.getLocalPort());
  }

  /// Requests whose head has come.
  int asked() {
    return asked.get();
  }

  /// Connections that the other side has ended after that.
  int ended() {
    return ended.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var connection = server.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection;
        var request =
            new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      String line = request.readLine();
      while (line != null && !line.isEmpty()) {
        line = request.readLine();
      }
      connection.getOutputStream().write(beginning.getBytes(StandardCharsets.UTF_8));
      asked.incrementAndGet();
      while (request.read() >= 0) {
        // The request's body.
      }
    } catch (IOException reset) {
      // Which ends it too.
    }
    ended.incrementAndGet();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
