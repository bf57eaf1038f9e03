package dev.athanor.benchmarks.serving;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/// FastAPI and PyTorch with the same weights: `benchmarks/peers/serving.py` under uvicorn.
final class PythonPeer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final URI address;

  private PythonPeer(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /// @param workers processes
  /// @param threads of PyTorch in each; 0 leaves PyTorch's own choice
  static PythonPeer start(
      Path project, Path log, Published encoder, int port, int workers, int threads)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                System.getProperty("athanor.python", "/usr/bin/python3"),
                "-m",
                "uvicorn",
                "serving:app",
                "--app-dir",
                project.resolve("benchmarks/peers").toString(),
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--workers",
                Integer.toString(workers),
                "--log-level",
                "warning"));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(new File(log.toString()));
    builder.environment().put("ENCODER", encoder.folder().toString());
    builder.environment().put("TORCH_THREADS", Integer.toString(threads));
    // Large tensors that malloc gives back at every call cost PyTorch page faults.
    builder
        .environment()
        .put(
            "GLIBC_TUNABLES",
            "glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=17179869184"
                + ":glibc.malloc.top_pad=67108864");
    var peer =
        new PythonPeer(builder.start(), URI.create("http://127.0.0.1:%d/embed".formatted(port)));
    try {
      peer.awaitReady(log);
      return peer;
    } catch (IOException | InterruptedException failure) {
      peer.close();
      throw failure;
    }
  }

  private void awaitReady(Path log) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (var http = client()) {
      while (System.nanoTime() < deadline && process.isAlive()) {
        try {
          var health = HttpRequest.newBuilder(address.resolve("/health")).build();
          if (http.send(health, BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException notYet) {
          Thread.sleep(200);
        }
      }
    }
    throw new IOException("the peer did not start; see " + log);
  }

  /// The server refuses the upgrade to HTTP/2 that the JDK's client asks for otherwise.
  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  URI address() {
    return address;
  }

  float[] vector(byte[] file) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(address).POST(BodyPublishers.ofByteArray(file)).build();
    try (var http = client()) {
      var answer = http.send(request, BodyHandlers.ofByteArray()).body();
      var numbers = JsonMapper.shared().readTree(answer).path("embedding");
      var vector = new float[numbers.size()];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = numbers.get(d).floatValue();
      }
      return vector;
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
