package dev.athanor.benchmarks.serving;

import dev.athanor.contracts.registry.ModelFile;
import dev.athanor.contracts.registry.ModelState;
import dev.athanor.contracts.registry.ModelVersion;
import dev.athanor.launcher.embedded.KafkaBroker;
import dev.athanor.launcher.embedded.PostgresServer;
import dev.athanor.launcher.embedded.S3Server;
import dev.athanor.launcher.process.DataFolder;
import dev.athanor.launcher.process.Ports;
import dev.athanor.launcher.process.Service;
import dev.athanor.launcher.process.ServiceLauncher;
import dev.athanor.learning.card.ModelFiles;
import dev.athanor.platform.kafka.KafkaClients;
import dev.athanor.platform.kafka.Topics;
import dev.athanor.platform.store.ObjectStore;
import io.minio.MinioClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The embedding-service as `./athanor up` starts it, with its default settings but for what memory
/// is measured by, in a process of its own, and what it needs around it.
final class ServedPlatform implements AutoCloseable {
  private static final String BUCKET = "athanor-models";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /// All of the heap is in memory from the start, so that what is resident beyond it is native.
  static final long HEAP_BYTES = 768L << 20;

  /// Soft references, of which the runtime's own classes hang, are let go after some 70 seconds
  /// unused and not after twelve minutes: what goes with them, and comes again, would do so once in
  /// the middle of a measurement, and look like a slope.
  private static final int SOFT_MILLIS_A_MEBIBYTE = 100;

  private final Ports ports;
  private final PostgresServer postgres;
  private final KafkaBroker kafka;
  private final S3Server s3;
  private final ObjectStore store;
  private final KafkaProducer<String, byte[]> registry;
  private final Process service;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, ModelState> states = new HashMap<>();

  private ServedPlatform(Path project, Path data, int basePort) throws IOException {
    this.ports = new Ports(basePort + 10, basePort);
    ports.requireFree();
    this.postgres = PostgresServer.start(data.resolve("postgres"), basePort + 8);
    this.kafka = KafkaBroker.start(data.resolve("kafka"), basePort + 6, basePort + 7);
    this.s3 = S3Server.start(data.resolve("objects"), basePort + 9);
    this.store =
        new ObjectStore(
            MinioClient.builder()
                .endpoint(s3.endpoint())
                .region("us-east-1")
                .credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)
                .build());
    store.ensureBucket(BUCKET);
    this.registry =
        new KafkaProducer<>(
            KafkaClients.producer(kafka.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    this.service =
        new ServiceLauncher(project, new DataFolder(data), ports)
            .start(
                Service.EMBEDDING,
                Service.EMBEDDING.folder(),
                Map.of(
                    "JAVA_TOOL_OPTIONS",
                    "-Xms%d -XX:+AlwaysPreTouch -XX:SoftRefLRUPolicyMSPerMB=%d"
                        .formatted(HEAP_BYTES, SOFT_MILLIS_A_MEBIBYTE),
                    "ATHANOR_ENCODER_FOLDER",
                    data.resolve("encoders").toString()));
  }

  /// Starts everything and waits until the service is ready.
  ///
  /// @param basePort the first of eleven free ports
  static ServedPlatform start(Path project, Path data, int basePort)
      throws IOException, InterruptedException {
    var platform = new ServedPlatform(project, data, basePort);
    try {
      platform.await("/actuator/health/readiness", _ -> true);
      return platform;
    } catch (RuntimeException | InterruptedException failure) {
      platform.close();
      throw failure;
    }
  }

  /// Publishes a version as the registry does, lets `latest` lead to it, and waits until it is
  /// served.
  void publish(Published encoder, int version) throws IOException, InterruptedException {
    announce(encoder, version);
    await("/v1/models/" + encoder.name(), body -> body.contains("\"version\":" + version));
  }

  private void announce(Published encoder, int version) throws IOException, InterruptedException {
    var prefix = encoder.name() + "/" + version + "/";
    store.put(BUCKET, prefix + ModelFiles.MODEL, Files.readAllBytes(encoder.onnx()));
    var file = Objects.requireNonNull(encoder.card().files().get(ModelFiles.MODEL));
    var state =
        states.getOrDefault(
            encoder.name(), ModelState.newBuilder().setName(encoder.name()).build());
    var changed =
        state.toBuilder()
            .setRevision(state.getRevision() + 1)
            .addVersions(
                ModelVersion.newBuilder()
                    .setVersion(version)
                    .setState("READY")
                    .setCreatedAtMs(1_000L * version)
                    .setPrefix(prefix)
                    .setCardJson(encoder.cardJson())
                    .addFiles(
                        ModelFile.newBuilder()
                            .setName(ModelFiles.MODEL)
                            .setBytes(file.bytes())
                            .setSha256(file.sha256())))
            .putAliases("latest", version)
            .build();
    states.put(encoder.name(), changed);
    try {
      registry
          .send(new ProducerRecord<>(Topics.MODELS, encoder.name(), changed.toByteArray()))
          .get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IOException("the registry's record was not taken", failure);
    }
  }

  private void await(String path, Predicate<String> right) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline && service.isAlive()) {
      try {
        var answer = get(path);
        if (answer.statusCode() == 200 && right.test(answer.body())) {
          return;
        }
      } catch (IOException notYet) {
        // It does not listen yet.
      }
      Thread.sleep(LOOK_EVERY);
    }
    throw new IllegalStateException(
        "%s: not as expected after %d s, or the service ended"
            .formatted(path, PATIENCE.toSeconds()));
  }

  /// The sum over all of the service's samples of this name that have these labels.
  ///
  /// @param labels as they are written, `reason="caller"`
  double metric(String name, String... labels) throws IOException, InterruptedException {
    return get("/actuator/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> Arrays.stream(labels).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(root().resolve(path)).timeout(Duration.ofSeconds(10)).build(),
        BodyHandlers.ofString());
  }

  URI root() {
    return URI.create(ports.url(Service.EMBEDDING));
  }

  int grpcPort() {
    return ports.grpc();
  }

  int httpPort() {
    return ports.http(Service.EMBEDDING);
  }

  Process service() {
    return service;
  }

  @Override
  public void close() {
    service.destroy();
    try {
      if (!service.waitFor(40, TimeUnit.SECONDS)) {
        service.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      service.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    http.shutdownNow();
    registry.close();
    s3.close();
    kafka.close();
    postgres.close();
  }
}
