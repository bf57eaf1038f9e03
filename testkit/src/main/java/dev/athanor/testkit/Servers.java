package dev.athanor.testkit;

import dev.athanor.launcher.embedded.KafkaBroker;
import dev.athanor.launcher.embedded.PostgresServer;
import dev.athanor.launcher.embedded.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The real servers, the very ones that the launcher ships. Each starts when it is first asked for,
/// once a JVM, on a free port and over a folder that goes with the JVM.
public final class Servers {
  private static final int FIRST_PORT = 10_240;
  private static final int PORTS_TOGETHER = 16;
  private static final int PORT_GROUPS = (32_768 - FIRST_PORT) / PORTS_TOGETHER;

  /// Processes begin at places of their own.
  private static final AtomicInteger portGroups =
      new AtomicInteger((int) (31 * ProcessHandle.current().pid() % PORT_GROUPS));

  private static final List<AutoCloseable> running = new CopyOnWriteArrayList<>();
  private static final AtomicInteger databases = new AtomicInteger();
  private static final Path folder = temporaryFolder();
  private static final Supplier<KafkaBroker> kafka =
      once(() -> KafkaBroker.start(folder.resolve("kafka"), freePort(), freePort()));
  private static final Supplier<PostgresServer> postgres =
      once(() -> PostgresServer.start(folder.resolve("postgres"), freePort()));
  private static final Supplier<S3Server> s3 =
      once(() -> S3Server.start(folder.resolve("s3"), freePort()));

  private Servers() {}

  public static String bootstrapServers() {
    return kafka.get().bootstrapServers();
  }

  /// The JDBC URL of a fresh database.
  public static String database() {
    return postgres.get().database("test_" + databases.incrementAndGet());
  }

  public static String s3Endpoint() {
    return s3.get().endpoint();
  }

  /// The `ATHANOR_*` settings that make a service use these servers, with a fresh database.
  public static Map<String, String> properties() {
    return Map.of(
        "ATHANOR_KAFKA", bootstrapServers(),
        "ATHANOR_POSTGRES_URL", database(),
        "ATHANOR_POSTGRES_USER", PostgresServer.USER,
        "ATHANOR_POSTGRES_PASSWORD", PostgresServer.PASSWORD,
        "ATHANOR_S3_ENDPOINT", s3Endpoint(),
        "ATHANOR_S3_ACCESS_KEY", S3Server.ACCESS_KEY,
        "ATHANOR_S3_SECRET_KEY", S3Server.SECRET_KEY);
  }

  /// A port that was free a moment ago, and fifteen more behind it that are given to nobody else.
  /// All lie below those that the system takes for outgoing connections (from 32768 on Linux), one
  /// of which could have such a port before it is listened on.
  public static int freePort() {
    for (int attempt = 0; attempt < PORT_GROUPS; attempt++) {
      int port = FIRST_PORT + PORTS_TOGETHER * (portGroups.getAndIncrement() % PORT_GROUPS);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        continue;
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
    throw new IllegalStateException("no free port from %d on".formatted(FIRST_PORT));
  }

  private static <T extends AutoCloseable> Supplier<T> once(Supplier<T> start) {
    return new Supplier<>() {
      private @Nullable T started;

      @Override
      public synchronized T get() {
        if (started == null) {
          started = start.get();
          running.add(started);
        }
        return started;
      }
    };
  }

  private static Path temporaryFolder() {
    try {
      var made = Files.createTempDirectory("athanor-test-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndDelete(made)));
      return made;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void stopAndDelete(Path folder) {
    for (var server : running) {
      try {
        server.close();
      } catch (Exception failure) {
        System.err.println("a test server did not stop: " + failure);
      }
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException failure) {
      System.err.println("a test folder was not deleted: " + failure);
    }
  }
}
