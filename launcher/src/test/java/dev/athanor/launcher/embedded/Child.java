package dev.athanor.launcher.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// A server in a JVM of its own, so that a test can kill it without warning. It prints `ready` when
/// it runs.
final class Child implements AutoCloseable {
  private final Process process;

  private Child(Process process) {
    this.process = process;
  }

  static Child start(String server, Path folder, int... ports) throws IOException {
    var command =
        new java.util.ArrayList<>(
            java.util.List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                server,
                folder.toString()));
    for (int port : ports) {
      command.add(Integer.toString(port));
    }
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var lines = process.inputReader();
    for (var line = lines.readLine(); !"ready".equals(line); line = lines.readLine()) {
      if (line == null) {
        throw new IOException(server + " ended before it was ready");
      }
    }
    return new Child(process);
  }

  /// SIGKILL: nothing is flushed, no hook runs.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public static void main(String[] arguments) throws InterruptedException {
    var folder = Path.of(arguments[1]);
    int port = Integer.parseInt(arguments[2]);
    switch (arguments[0]) {
      case "kafka" -> KafkaBroker.start(folder, port, Integer.parseInt(arguments[3]));
      case "postgres" -> PostgresServer.start(folder, port);
      case "s3" -> S3Server.start(folder, port);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println("ready");
    new CountDownLatch(1).await();
  }
}
