package dev.athanor.embedding.trial;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.athanor.contracts.registry.ModelFile;
import dev.athanor.contracts.registry.ModelState;
import dev.athanor.contracts.registry.ModelVersion;
import dev.athanor.embedding.Serving;
import dev.athanor.platform.store.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The registry's side of uploads: its desk for trials, over HTTP, and its records on the topic.
final class Registry implements AutoCloseable {
  private static final String BUCKET = "athanor-models";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpServer server;
  private final Map<String, Candidate> waiting = new LinkedHashMap<>();
  private final Map<String, Integer> attempts = new HashMap<>();
  private final Map<String, BlockingQueue<JsonNode>> verdicts = new HashMap<>();
  private @Nullable Serving serving;

  Registry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/internal/trials", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void of(Serving served) {
    serving = served;
  }

  /// Stores the files of version 1 of a model and lets it wait for its trial.
  void upload(String model, String card, Map<String, byte[]> files) throws IOException {
    upload(model, card, files, files);
  }

  /// Likewise, where only some of the files have come into the object store.
  void upload(String model, String card, Map<String, byte[]> files, Map<String, byte[]> stored)
      throws IOException {
    var prefix = model + "/upload-1/";
    var store = serving().bean(ObjectStore.class);
    stored.forEach((name, file) -> store.put(BUCKET, prefix + name, file));
    var described = new ArrayList<Candidate.File>();
    for (var file : new TreeMap<>(files).entrySet()) {
      described.add(
          new Candidate.File(file.getKey(), file.getValue().length, sha256(file.getValue())));
    }
    synchronized (this) {
      verdicts.put(model, new LinkedBlockingQueue<>());
      waiting.put(model, new Candidate(model, 1, 0, 0, prefix, card, described));
    }
    announce(model, "PENDING", "", 0);
  }

  /// What trials of the model came to, one after the other.
  synchronized BlockingQueue<JsonNode> verdicts(String model) {
    return Objects.requireNonNull(verdicts.get(model), model);
  }

  private synchronized void announce(String model, String state, String reason, long memoryBytes) {
    var candidate = candidate(model);
    var version =
        ModelVersion.newBuilder()
            .setVersion(1)
            .setState(state)
            .setReason(reason)
            .setMemoryBytes(memoryBytes)
            .setCreatedAtMs(1000)
            .setPrefix(candidate.prefix())
            .setCardJson(candidate.card());
    candidate
        .files()
        .forEach(
            file ->
                version.addFiles(
                    ModelFile.newBuilder()
                        .setName(file.name())
                        .setBytes(file.bytes())
                        .setSha256(file.sha256())));
    serving()
        .change(
            model,
            (ModelState.Builder all) -> {
              all.clearVersions().addVersions(version);
              if (state.equals("READY")) {
                all.putAliases("latest", 1);
              }
            });
  }

  private Candidate candidate(String model) {
    return Objects.requireNonNull(waiting.get(model), model);
  }

  private Serving serving() {
    return Objects.requireNonNull(serving, "serving");
  }

  private void answer(HttpExchange exchange) throws IOException {
    var parts = exchange.getRequestURI().getPath().split("/", -1);
    var body = exchange.getRequestBody().readAllBytes();
    if (parts.length == 3) {
      take(exchange);
    } else {
      judge(parts[3], Long.parseLong(parts[5]), JSON.readTree(new ByteArrayInputStream(body)));
      exchange.sendResponseHeaders(204, -1);
    }
    exchange.close();
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] answer = null;
    synchronized (this) {
      for (var candidate : List.copyOf(waiting.values())) {
        if (!attempts.containsKey(candidate.model())) {
          attempts.put(candidate.model(), candidate.attempt() + 1);
          var taken =
              new Candidate(
                  candidate.model(),
                  1,
                  candidate.attempt() + 1,
                  candidate.attempt() + 1,
                  candidate.prefix(),
                  candidate.card(),
                  candidate.files());
          waiting.put(candidate.model(), taken);
          answer = JSON.writeValueAsBytes(taken);
          break;
        }
      }
    }
    if (answer == null) {
      exchange.sendResponseHeaders(204, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, answer.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(answer);
    }
  }

  private void judge(String model, long fence, JsonNode verdict) {
    synchronized (this) {
      if (candidate(model).fence() != fence) {
        throw new AssertionError("fence " + fence);
      }
    }
    var outcome = verdict.path("outcome").stringValue();
    if (outcome.equals("UNDECIDED") || outcome.equals("NOT_HELD")) {
      synchronized (this) {
        attempts.remove(model);
      }
    } else {
      announce(
          model,
          outcome,
          outcome.equals("READY") ? "" : verdict.path("reason").stringValue(),
          verdict.at("/figures/memoryBytes").asLong(0));
    }
    verdicts(model).add(verdict);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
