package dev.athanor.launcher.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/// A Kafka broker and controller (KRaft) in this JVM, with share groups.
public final class KafkaBroker implements AutoCloseable {
  private final KafkaRaftServer server;
  private final int port;

  private KafkaBroker(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /// Starts the broker over `folder`, which is formatted the first time and kept afterwards.
  /// Returns when it runs; listens on loopback only.
  public static KafkaBroker start(Path folder, int port, int controllerPort) {
    try {
      Files.createDirectories(folder);
      var settings = settings(folder, port, controllerPort);
      format(folder, settings);
      var server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
      server.startup();
      return new KafkaBroker(server, port);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  /// A folder is formatted once: a second time would want another cluster id.
  private static void format(Path folder, Properties settings) throws IOException {
    if (Files.exists(folder.resolve("logs").resolve("meta.properties"))) {
      return;
    }
    var file = folder.resolve("server.properties");
    try (var out = Files.newOutputStream(file)) {
      settings.store(out, null);
    }
    var said = new ByteArrayOutputStream();
    int code =
        StorageTool.execute(
            new String[] {
              "format",
              "-t",
              Uuid.randomUuid().toString(),
              "-c",
              file.toString(),
              "--ignore-formatted"
            },
            new PrintStream(said, true, StandardCharsets.UTF_8));
    if (code != 0) {
      throw new IOException(
          "Kafka could not format %s: %s"
              .formatted(folder, said.toString(StandardCharsets.UTF_8).strip()));
    }
  }

  private static Properties settings(Path folder, int port, int controllerPort) {
    var settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put("log.dirs", folder.resolve("logs").toString());
    // One broker: every replication factor is one.
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "4");
    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    settings.put("auto.create.topics.enable", "false");
    // Batches come in parts of up to 4 MiB.
    settings.put("message.max.bytes", Integer.toString(6 << 20));
    settings.put("replica.fetch.max.bytes", Integer.toString(6 << 20));
    settings.put("socket.request.max.bytes", Integer.toString(64 << 20));
    // Deleted records free their files soon: small segments, looked at often.
    settings.put("log.retention.check.interval.ms", "10000");
    settings.put("log.segment.delete.delay.ms", "1000");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
    // After a kill -9 the broker's old session must run out before the new one is let in.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.share.record.lock.duration.ms", "15000");
    settings.put("group.share.min.record.lock.duration.ms", "15000");
    settings.put("group.share.heartbeat.interval.ms", "1000");
    settings.put("group.share.min.heartbeat.interval.ms", "1000");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    return settings;
  }
}
