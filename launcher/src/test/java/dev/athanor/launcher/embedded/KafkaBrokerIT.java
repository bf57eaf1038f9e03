package dev.athanor.launcher.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerIT {
  @Test
  void aShareGroupTakesWhatWasProduced(@TempDir Path folder) throws Exception {
    try (var broker = KafkaBroker.start(folder, Child.freePort(), Child.freePort())) {
      Map<String, Object> at = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (var admin = Admin.create(at)) {
        createTopic(admin);
        var group = new ConfigResource(ConfigResource.Type.GROUP, "workers");
        var earliest =
            new AlterConfigOp(
                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        admin
            .incrementalAlterConfigs(Map.of(group, List.of(earliest)))
            .all()
            .get(30, TimeUnit.SECONDS);
      }
      produce(at, 1);
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
            .atMost(Duration.ofSeconds(60))
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
  void killingItLosesNothingAcknowledged(@TempDir Path folder) throws Exception {
    int port = Child.freePort();
    int controllerPort = Child.freePort();
    Map<String, Object> at = Map.of("bootstrap.servers", "127.0.0.1:" + port);
    try (var child = Child.start("kafka", folder, port, controllerPort)) {
      try (var admin = Admin.create(at)) {
        createTopic(admin);
      }
      produce(at, 500);
      child.kill();
    }
    var found = new HashSet<String>();
    try (var broker = KafkaBroker.start(folder, port, controllerPort);
        var consumer =
            new KafkaConsumer<>(at, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var work = List.of(new TopicPartition("work", 0));
      consumer.assign(work);
      consumer.seekToBeginning(work);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(500))
                    .forEach(
                        record -> found.add(new String(record.value(), StandardCharsets.UTF_8)));
                return found.size() >= 500;
              });
      assertThat(found).contains("0", "499");
      assertThat(broker.bootstrapServers()).endsWith(":" + port);
    }
  }

  private static void createTopic(Admin admin) throws Exception {
    admin.createTopics(List.of(new NewTopic("work", 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
  }

  /// Returns when all `count` records are acknowledged.
  private static void produce(Map<String, Object> at, int count) throws Exception {
    try (var producer =
        new KafkaProducer<>(at, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        var value = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>("work", value)).get(30, TimeUnit.SECONDS);
      }
    }
  }
}
