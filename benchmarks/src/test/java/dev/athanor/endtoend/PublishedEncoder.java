package dev.athanor.endtoend;

import dev.athanor.contracts.registry.ModelFile;
import dev.athanor.contracts.registry.ModelState;
import dev.athanor.contracts.registry.ModelVersion;
import dev.athanor.launcher.embedded.S3Server;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.card.Card;
import dev.athanor.learning.card.ModelFiles;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.SimClr;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.platform.kafka.KafkaClients;
import dev.athanor.platform.kafka.Topics;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.testkit.Servers;
import io.minio.MinioClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// An encoder with the weights that it began with, published as the registry does, for tests that
/// need a model and no run.
final class PublishedEncoder {
  private static final String BUCKET = "athanor-models";
  private static final int SIZE = 32;

  private PublishedEncoder() {}

  static void publish(Path folder, String name) throws Exception {
    var card = write(folder, name);
    var prefix = name + "/1/";
    var store =
        new ObjectStore(
            MinioClient.builder()
                .endpoint(Servers.s3Endpoint())
                .credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)
                .build());
    store.ensureBucket(BUCKET);
    store.put(
        BUCKET, prefix + ModelFiles.MODEL, Files.readAllBytes(folder.resolve(ModelFiles.MODEL)));
    var file = Objects.requireNonNull(card.files().get(ModelFiles.MODEL));
    var version =
        ModelVersion.newBuilder()
            .setVersion(1)
            .setState("READY")
            .setPrefix(prefix)
            .setCardJson(Files.readString(folder.resolve(ModelFiles.CARD)))
            .addFiles(
                ModelFile.newBuilder()
                    .setName(ModelFiles.MODEL)
                    .setBytes(file.bytes())
                    .setSha256(file.sha256()));
    var state =
        ModelState.newBuilder()
            .setName(name)
            .setRevision(1)
            .addVersions(version)
            .putAliases("latest", 1)
            .build();
    try (var registry =
        new KafkaProducer<>(
            KafkaClients.producer(Servers.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      registry
          .send(new ProducerRecord<>(Topics.MODELS, name, state.toByteArray()))
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static Card write(Path folder, String name) throws Exception {
    Files.createDirectories(folder);
    var encoder = new ResNet(10, 4, ResNet.Stem.CIFAR, 3);
    var normalisation =
        new Normalisation(Collections.nCopies(3, 0.5), Collections.nCopies(3, 0.25));
    var spec =
        new TrainingSpec(
            encoder,
            new SimClr(new NtXent(0.2), new ProjectionHead(2, 16, 8)),
            new AdamW(0.01, 1e-4),
            new CosineSchedule(1, 3),
            null,
            1,
            normalisation);
    var card =
        new Card(
            name,
            1,
            Card.IMAGE_ENCODER,
            Card.Pixels.of(SIZE, SIZE, normalisation),
            Card.Embedding.of(encoder),
            Map.of("kind", "simclr"),
            Map.of("kind", "resnet"),
            new Card.Dataset("none", 1),
            new TreeMap<>(),
            new Card.Trained("run", 0, null, "test", 1, null),
            new TreeMap<>());
    try (var session = TrainingSession.create(spec)) {
      new ModelFiles().write(folder, encoder, session.encoderWeights(), card);
    }
    return Card.ofJson(Files.readAllBytes(folder.resolve(ModelFiles.CARD)));
  }
}
