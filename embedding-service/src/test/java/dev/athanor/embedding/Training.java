package dev.athanor.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Trains in a process of its own: the engine that trains and the one that serves do not share one,
/// here as little as in the platform. What comes of the same arguments is the same, so that it is
/// trained once a JVM.
final class Training {
  private static final Map<List<String>, Map<Path, byte[]>> trained = new HashMap<>();

  private Training() {}

  /// Leaves in `folder` what a main class writes there.
  ///
  /// @param folder its first argument, and where its log goes
  /// @param arguments that follow
  static synchronized void run(Class<?> main, Path folder, String... arguments)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    var asked = new ArrayList<>(List.of(main.getName()));
    asked.addAll(List.of(arguments));
    var files = trained.get(asked);
    if (files == null) {
      start(main, folder, arguments);
      trained.put(asked, read(folder));
      return;
    }
    for (var file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  private static Map<Path, byte[]> read(Path folder) throws IOException {
    var files = new HashMap<Path, byte[]>();
    try (var written = Files.list(folder)) {
      for (var file : written.toList()) {
        files.put(folder.relativize(file), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static void start(Class<?> main, Path folder, String... arguments)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                folder.toString()));
    command.addAll(List.of(arguments));
    var log = folder.resolve("training.log").toFile();
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("training failed: " + Files.readString(log.toPath()));
    }
  }
}
