package dev.athanor.embedding;

import dev.athanor.contracts.registry.ModelState;
import dev.athanor.contracts.registry.ModelVersion;
import dev.athanor.platform.kafka.KafkaClients;
import dev.athanor.platform.kafka.Topics;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.testkit.Servers;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The service as it runs for users, on real servers, and the registry's side of them.
public final class Serving implements AutoCloseable {
  private static final String BUCKET = "athanor-models";

  private final ConfigurableApplicationContext context;
  private final URI root;
  private final int grpcPort;
  private final ManagedChannel channel;
  private final HttpClient http = HttpClient.newHttpClient();
  private final KafkaProducer<String, byte[]> registry;
  private final Map<String, ModelState> states = new HashMap<>();

  /// @param settings that differ from the defaults
  public Serving(Path folder, Map<String, String> settings) {
    grpcPort = Servers.freePort();
    var all = new HashMap<String, Object>(Servers.properties());
    all.put("SERVER_PORT", "0");
    all.put("ATHANOR_GRPC_PORT", Integer.toString(grpcPort));
    all.put("ATHANOR_ENCODER_FOLDER", folder.resolve("encoders").toString());
    var own = settings.entrySet().stream().map(one -> "--" + one.getKey() + "=" + one.getValue());
    context =
        new SpringApplicationBuilder(EmbeddingApplication.class)
            .properties(all)
            .run(own.toArray(String[]::new)); // which application.yaml does not override
    root =
        URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", grpcPort)
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
    registry =
        new KafkaProducer<>(
            KafkaClients.producer(Servers.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    context.getBean(ObjectStore.class).ensureBucket(BUCKET);
  }

  /// Publishes a version as the registry does, and lets `latest` lead to it.
  public void publish(Encoders.Trained trained) throws IOException {
    publish(trained.published());
  }

  /// Publishes a version as the registry does, and lets `latest` lead to it.
  public void publish(Published published) throws IOException {
    var prefix = published.name() + "/" + published.version() + "/";
    for (var file : published.files()) {
      var bytes = Files.readAllBytes(published.folder().resolve(file.getName()));
      context.getBean(ObjectStore.class).put(BUCKET, prefix + file.getName(), bytes);
    }
    var version =
        ModelVersion.newBuilder()
            .setVersion(published.version())
            .setState("READY")
            .setCreatedAtMs(1_000L * published.version())
            .setPrefix(prefix)
            .setCardJson(published.cardJson())
            .addAllFiles(published.files())
            .build();
    change(
        published.name(),
        state -> state.addVersions(version).putAliases("latest", published.version()));
  }

  /// Retires a version.
  public void retire(String model, int version) {
    change(
        model,
        state -> {
          for (int i = 0; i < state.getVersionsCount(); i++) {
            if (state.getVersions(i).getVersion() == version) {
              state.setVersions(i, state.getVersions(i).toBuilder().setState("RETIRED"));
            }
          }
        });
  }

  /// Changes a model's state as the registry has it, and publishes it.
  public void change(String model, Consumer<ModelState.Builder> change) {
    var state =
        states.getOrDefault(model, ModelState.newBuilder().setName(model).build()).toBuilder();
    change.accept(state);
    state.setRevision(state.getRevision() + 1);
    states.put(model, state.build());
    var record = new ProducerRecord<>(Topics.MODELS, model, state.build().toByteArray());
    try {
      registry.send(record).get(30, TimeUnit.SECONDS);
    } catch (Exception failure) {
      throw new IllegalStateException("the registry's record was not taken", failure);
    }
  }

  /// Waits until a reference is answered by this version.
  public void awaitServed(String reference, String id) {
    Awaitility.await(reference + " is answered by " + id)
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              var answer = get("/v1/models/" + reference);
              return answer.statusCode() == 200
                  && answer.body().contains("\"version\":" + id.substring(id.indexOf('@') + 1));
            });
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public MeterRegistry meters() {
    return bean(MeterRegistry.class);
  }

  public ManagedChannel channel() {
    return channel;
  }

  public int grpcPort() {
    return grpcPort;
  }

  public URI root() {
    return root;
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(root.resolve(path)).timeout(Duration.ofSeconds(60));
  }

  public HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).build(), BodyHandlers.ofString());
  }

  /// The sum over all meters of this name and these tags.
  public double counted(String name, String... tags) {
    return meters().find(name).tags(tags).counters().stream().mapToDouble(c -> c.count()).sum();
  }

  /// How many forward passes there were, and how many inputs they had.
  public Map<String, Double> passes(String model) {
    var passes = new TreeMap<String, Double>(Map.of("passes", 0.0, "inputs", 0.0));
    var summary = meters().find("athanor.embedding.batch.size").tag("model", model).summary();
    if (summary != null) {
      passes.put("passes", (double) summary.count());
      passes.put("inputs", summary.totalAmount());
    }
    return passes;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    http.shutdownNow();
    registry.close();
    context.close();
  }
}
