package dev.athanor.embedding;

import dev.athanor.testkit.Servers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/// The service in a process of its own, so that a test can kill it without warning.
public final class ChildService implements AutoCloseable {
  private final Process process;
  private final URI root;
  private final int grpcPort;

  private ChildService(Process process, URI root, int grpcPort) {
    this.process = process;
    this.root = root;
    this.grpcPort = grpcPort;
  }

  /// Starts it; it answers some seconds later.
  ///
  /// @param settings environment
  public static ChildService start(Path folder, Map<String, String> settings) throws IOException {
    int port = Servers.freePort();
    int grpcPort = Servers.freePort();
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true",
            "-Dai.djl.onnx.disable_alternative=true",
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            EmbeddingApplication.class.getName());
    builder.environment().putAll(settings);
    builder.environment().put("SERVER_PORT", Integer.toString(port));
    builder.environment().put("ATHANOR_GRPC_PORT", Integer.toString(grpcPort));
    builder.environment().put("ATHANOR_ENCODER_FOLDER", folder.resolve("encoders").toString());
    var process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("child.log").toFile())
            .start();
    return new ChildService(process, URI.create("http://127.0.0.1:" + port), grpcPort);
  }

  public URI root() {
    return root;
  }

  public int grpcPort() {
    return grpcPort;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// SIGKILL: nothing is flushed, no hook runs.
  public void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
