package dev.athanor.launcher.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServersSmokeIT {
  @Test
  void aShareGroupTakesWhatWasProduced(@TempDir Path folder) throws Exception {
    try (var broker = KafkaBroker.start(folder, freePort(), freePort())) {
      Map<String, Object> at = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (var admin = Admin.create(at)) {
        admin.createTopics(List.of(new NewTopic("work", 1, (short) 1))).all().get();
        var group = new ConfigResource(ConfigResource.Type.GROUP, "workers");
        var earliest =
            new AlterConfigOp(
                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(group, List.of(earliest))).all().get();
      }
      try (var producer =
          new KafkaProducer<>(at, new ByteArraySerializer(), new ByteArraySerializer())) {
        producer.send(new ProducerRecord<>("work", "one".getBytes(StandardCharsets.UTF_8))).get();
      }
      Map<String, Object> settings =
          Map.of(
              "bootstrap.servers", broker.bootstrapServers(),
              "group.id", "workers",
              "share.acknowledgement.mode", "explicit");
      try (var consumer =
          new KafkaShareConsumer<>(
              settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer.subscribe(List.of("work"));
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> {
                  var records = consumer.poll(Duration.ofMillis(500));
                  records.forEach(record -> consumer.acknowledge(record, AcknowledgeType.ACCEPT));
                  return records.count() == 1;
                });
      }
    }
  }

  @Test
  void postgresIsDurableAndKeepsItsRows(@TempDir Path folder) throws Exception {
    try (var server = PostgresServer.start(folder, freePort());
        var connection =
            DriverManager.getConnection(
                server.jdbcUrl(), PostgresServer.USER, PostgresServer.PASSWORD);
        var statement = connection.createStatement()) {
      var fsync = statement.executeQuery("show fsync");
      fsync.next();
      assertThat(fsync.getString(1)).isEqualTo("on");
      statement.execute("create table kept (id int)");
      statement.execute("insert into kept values (7)");
    }
    try (var server = PostgresServer.start(folder, freePort());
        var connection =
            DriverManager.getConnection(
                server.jdbcUrl(), PostgresServer.USER, PostgresServer.PASSWORD);
        var statement = connection.createStatement()) {
      var kept = statement.executeQuery("select id from kept");
      kept.next();
      assertThat(kept.getInt(1)).isEqualTo(7);
    }
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
