package dev.athanor.launcher.process;

import dev.athanor.launcher.embedded.PostgresServer;
import dev.athanor.launcher.embedded.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Starts a service as a process of its own, from its jar unpacked (which starts faster than a jar
/// of jars).
public final class ServiceLauncher {
  /// A large tensor that malloc gives back to the system at every step costs a third of the
  /// training speed in page faults, so the trainer keeps its memory.
  private static final String KEEP_MEMORY =
      "glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=4294967296"
          + ":glibc.malloc.trim_threshold=17179869184:glibc.malloc.top_pad=67108864";

  private final Path project;
  private final DataFolder folder;
  private final Ports ports;

  public ServiceLauncher(Path project, DataFolder folder, Ports ports) {
    this.project = project;
    this.folder = folder;
    this.ports = ports;
  }

  /// Starts the service; what it prints is appended to its log.
  public Process start(Service service) throws IOException {
    return start(service, service.folder(), Map.of());
  }

  /// Starts another instance of the service under a name of its own, with settings that differ.
  public Process start(Service service, String name, Map<String, String> settings)
      throws IOException {
    var jar = unpacked(service);
    var command = new ArrayList<String>();
    command.add(java());
    command.addAll(service.jvmArguments());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dai.djl.offline=true",
            "-Dai.djl.pytorch.num_threads=" + Runtime.getRuntime().availableProcessors(),
            "-Dorg.bytedeco.javacpp.cachedir=" + folder.natives().resolve("javacpp")));
    command.addAll(sharedClasses(jar));
    command.addAll(List.of("-jar", jar.toString()));
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).directory(folder.root().toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
    builder.environment().putAll(environment(service));
    builder.environment().putAll(settings);
    return builder.start();
  }

  /// The first instance that ends writes down the classes it has loaded, and whoever starts after
  /// it maps them, in half the time. An archive of another jar or another Java is not used but
  /// replaced.
  private static List<String> sharedClasses(Path jar) {
    return List.of(
        "-XX:+AutoCreateSharedArchive",
        "-XX:SharedArchiveFile=" + jar.resolveSibling("classes.jsa"),
        // It calls every option an error that the archive inside the JDK was made without.
        "-Xlog:cds=off",
        "-Xlog:aot=off");
  }

  private Path log(String name) throws IOException {
    Files.createDirectories(folder.log(name).getParent());
    return folder.log(name);
  }

  private Map<String, String> environment(Service service) {
    var environment = new java.util.HashMap<String, String>();
    environment.put("SERVER_PORT", Integer.toString(ports.http(service)));
    environment.put("SERVER_ADDRESS", "127.0.0.1");
    environment.put("ATHANOR_GRPC_PORT", Integer.toString(ports.grpc()));
    environment.put("ATHANOR_KAFKA", "127.0.0.1:" + ports.kafka());
    environment.put(
        "ATHANOR_POSTGRES_URL", "jdbc:postgresql://127.0.0.1:" + ports.postgres() + "/athanor");
    environment.put("ATHANOR_POSTGRES_USER", PostgresServer.USER);
    environment.put("ATHANOR_POSTGRES_PASSWORD", PostgresServer.PASSWORD);
    environment.put("ATHANOR_S3_ENDPOINT", "http://127.0.0.1:" + ports.s3());
    environment.put("ATHANOR_S3_ACCESS_KEY", S3Server.ACCESS_KEY);
    environment.put("ATHANOR_S3_SECRET_KEY", S3Server.SECRET_KEY);
    environment.put("ATHANOR_AUGMENTATION_URL", ports.url(Service.AUGMENTATION));
    environment.put("ATHANOR_TRAINER_URL", ports.url(Service.TRAINER));
    environment.put("ATHANOR_EMBEDDING_URL", ports.url(Service.EMBEDDING));
    environment.put("ATHANOR_PROMPT_URL", ports.url(Service.PROMPT));
    // What is wrong with an image its sender is told; OpenCV has a line of its own for some.
    environment.put("OPENCV_LOG_LEVEL", "SILENT");
    environment.put("DJL_CACHE_DIR", folder.natives().resolve("djl").toString());
    if (service == Service.TRAINER) {
      environment.put("GLIBC_TUNABLES", KEEP_MEMORY);
    }
    return environment;
  }

  /// The service's jar beside its libraries, unpacked again only when the build has made a new one.
  private Path unpacked(Service service) throws IOException {
    var built = built(service);
    var target = folder.application(service);
    var stamp = target.resolve("unpacked-from");
    var origin =
        "%s %d %d".formatted(built, Files.size(built), Files.getLastModifiedTime(built).toMillis());
    if (!Files.exists(stamp) || !Files.readString(stamp).equals(origin)) {
      unpack(built, target);
      Files.writeString(stamp, origin);
    }
    return target.resolve(built.getFileName());
  }

  private Path built(Service service) throws IOException {
    var target = project.resolve(service.folder()).resolve("target");
    if (Files.isDirectory(target)) {
      try (var files = Files.newDirectoryStream(target, service.folder() + "-*-app.jar")) {
        for (var file : files) {
          return file;
        }
      }
    }
    throw new IOException(
        "%s is not built (expected: a jar in %s)".formatted(service.folder(), target));
  }

  private static void unpack(Path jar, Path target) throws IOException {
    Files.createDirectories(target);
    var process =
        new ProcessBuilder(
                java(),
                "-Djarmode=tools",
                "-jar",
                jar.toString(),
                "extract",
                "--force",
                "--destination",
                target.toString())
            .redirectErrorStream(true)
            .start();
    var said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("%s could not be unpacked: %s".formatted(jar, said.strip()));
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while unpacking " + jar, interrupted);
    }
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
