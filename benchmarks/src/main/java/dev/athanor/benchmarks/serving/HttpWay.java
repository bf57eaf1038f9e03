package dev.athanor.benchmarks.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/// One image file as the body of an HTTP/1.1 request, over as many connections as there are open
/// questions, a virtual thread for each: the client shares the processors with the server, which
/// hundreds of threads of the system's would push aside.
final class HttpWay implements Way {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int MOST_CONNECTIONS = 1024;

  static {
    System.setProperty("http.maxConnections", Integer.toString(MOST_CONNECTIONS));
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final URL address;
  private final String accept;
  private final List<byte[]> files;
  private final Predicate<byte[]> right;

  private HttpWay(URI address, String accept, List<byte[]> files, Predicate<byte[]> right) {
    try {
      this.address = address.toURL();
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
    this.accept = accept;
    this.files = files;
    this.right = right;
  }

  /// Numbers come back as bytes.
  static Way raw(URI root, String model, List<byte[]> files, int dimensions) {
    return new HttpWay(
        root.resolve("/v1/models/" + model + "/embed"),
        "application/octet-stream",
        files,
        body -> body.length == dimensions * Float.BYTES);
  }

  /// Numbers come back as JSON, of our server and of its peer.
  static Way json(URI address, List<byte[]> files) {
    return new HttpWay(address, "application/json", files, body -> body.length > 0);
  }

  @Override
  public CompletableFuture<Outcome> ask(int number) {
    var file = files.get(number % files.size());
    return CompletableFuture.supplyAsync(() -> answer(file), threads);
  }

  private Outcome answer(byte[] file) {
    try {
      var connection = (HttpURLConnection) address.openConnection();
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      connection.setDoOutput(true);
      connection.setRequestMethod("POST");
      connection.setFixedLengthStreamingMode(file.length);
      connection.setRequestProperty("Content-Type", "image/png");
      connection.setRequestProperty("Accept", accept);
      try (var body = connection.getOutputStream()) {
        body.write(file);
      }
      return outcome(connection);
    } catch (IOException failure) {
      return Outcome.FAILED;
    }
  }

  /// Reads the answer to its end, or its connection could not be used again.
  private Outcome outcome(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      var bytes = body.readAllBytes();
      return switch (status) {
        case 200 -> right.test(bytes) ? Outcome.OK : Outcome.FAILED;
        case 429 ->
            connection.getHeaderField("Retry-After") == null ? Outcome.FAILED : Outcome.REFUSED;
        default -> Outcome.FAILED;
      };
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
