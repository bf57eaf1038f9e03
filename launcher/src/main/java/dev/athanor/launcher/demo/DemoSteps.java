package dev.athanor.launcher.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What every demo does, each step shown while it is under way.
final class DemoSteps {
  private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELLED");
  private static final long LOOK_EVERY_MS = 500;

  private final Gateway gateway;
  private final PrintWriter out;
  private final ProgressLine progress;

  DemoSteps(Gateway gateway, PrintWriter out, boolean terminal) {
    this.gateway = gateway;
    this.out = out;
    this.progress = new ProgressLine(out, terminal);
  }

  /// Uploads and ingests; returns the version when it is READY.
  JsonNode ingest(Source source) throws IOException, InterruptedException {
    out.printf("Data set %s%n", source.name());
    var created = gateway.post("/v1/datasets/" + source.name() + "/versions", Map.of());
    var version =
        "/v1/datasets/%s/versions/%d".formatted(source.name(), created.path("version").asInt());
    for (var part : source.parts()) {
      progress.show("uploading", 0, part.file());
      try (var stream = part.opener().open()) {
        gateway.put("%s/files/%s/%s".formatted(version, part.split(), part.file()), stream);
      }
    }
    gateway.post(version + "/ingest", Map.of());
    var ready = gateway.awaitReady(version, this::showIngest);
    progress.end(summary(ready));
    return ready;
  }

  private void showIngest(JsonNode version) {
    var done = version.path("progress");
    long total = done.path("totalBytes").asLong();
    progress.show(
        "ingesting",
        total == 0 ? 0 : (double) done.path("bytes").asLong() / total,
        "%,d samples".formatted(done.path("samples").asLong()));
  }

  /// Trains a tokenizer on the version; returns its name.
  String tokenise(JsonNode version) throws IOException, InterruptedException {
    var name = DemoSpec.tokenizer(version);
    out.printf("Tokenizer %s%n", name);
    var ready = gateway.trainTokenizer(name, version, DemoSpec.VOCABULARY, this::showLearning);
    progress.end("%,d tokens".formatted(ready.path("vocabulary").asLong()));
    return name;
  }

  private void showLearning(JsonNode tokenizer) {
    if (tokenizer.path("state").asString().equals("READY")) {
      return;
    }
    var done = tokenizer.path("progress");
    long total = done.path("totalBytes").asLong();
    progress.show(
        "learning", total == 0 ? 0 : (double) done.path("bytes").asLong() / total, "tokens");
  }

  private static String summary(JsonNode version) {
    if (version.path("text").isObject()) {
      return "version %d: %,d train and %,d test texts, %.1f MB, %d classes"
          .formatted(
              version.path("version").asInt(),
              version.path("splits").path("train").path("samples").asLong(),
              version.path("splits").path("test").path("samples").asLong(),
              (version.path("text").path("train").asLong()
                      + version.path("text").path("test").asLong())
                  / 1e6,
              version.path("classes").size());
    }
    var image = version.path("image");
    return "version %d: %,d train and %,d test images, %s, %d classes, in %d shards"
        .formatted(
            version.path("version").asInt(),
            version.path("splits").path("train").path("samples").asLong(),
            version.path("splits").path("test").path("samples").asLong(),
            image.path("height").isNumber()
                ? "%d×%d×%d"
                    .formatted(
                        image.path("height").asInt(),
                        image.path("width").asInt(),
                        image.path("channels").asInt())
                : "of several sizes",
            version.path("classes").size(),
            version.path("shards").asInt());
  }

  /// Waits until the run has succeeded.
  JsonNode follow(String id) throws IOException, InterruptedException {
    out.printf("Run %s%n", id);
    while (true) {
      var run = gateway.get("/v1/runs/" + id);
      var state = run.path("state").asString();
      if (ENDED.contains(state)) {
        if (!state.equals("SUCCEEDED")) {
          throw new IOException(
              "the run ended %s: %s".formatted(state, run.path("reason").asString()));
        }
        progress.end(
            "%s %s@%d is published"
                .formatted(
                    trained(run),
                    run.path("model").path("name").asString(),
                    run.path("model").path("version").asInt()));
        return run;
      }
      show(run, state);
      Thread.sleep(LOOK_EVERY_MS);
    }
  }

  private static String trained(JsonNode run) {
    var figures = run.path("figures");
    if (figures.has("heldout.loss")) {
      return "%,d steps; held-out loss %.2f, perplexity %.1f%s;"
          .formatted(
              run.path("progress").path("totalSteps").asLong(),
              figures.path("heldout.loss").asDouble(),
              figures.path("heldout.perplexity").asDouble(),
              figures.has("heldout.bits-per-byte")
                  ? ", %.2f bits per byte"
                      .formatted(figures.path("heldout.bits-per-byte").asDouble())
                  : "");
    }
    return "%,d steps; std × √d %.2f, RankMe %.0f, alignment %.2f, uniformity %.2f;"
        .formatted(
            run.path("progress").path("totalSteps").asLong(),
            figures.path("collapse.std").asDouble(),
            figures.path("collapse.rankme").asDouble(),
            figures.path("collapse.alignment").asDouble(),
            figures.path("collapse.uniformity").asDouble());
  }

  private void show(JsonNode run, String state) {
    var at = run.path("progress");
    long total = at.path("totalSteps").asLong();
    if (state.equals("RUNNING") && total > 0) {
      progress.show(
          "training",
          (double) at.path("step").asLong() / total,
          "step %,d of %,d  loss %.3f  %,.0f samples/s  ETA %d:%02d"
              .formatted(
                  at.path("step").asLong(),
                  total,
                  at.path("loss").asDouble(),
                  at.path("imagesPerSecond").asDouble(),
                  at.path("etaSeconds").asLong() / 60,
                  at.path("etaSeconds").asLong() % 60));
    } else {
      progress.say(
          switch (state) {
            case "QUEUED" -> "queued";
            case "EVALUATING" -> "evaluating";
            default -> at.path("phase").asString("").isEmpty() ? "calibrating" : "preparing";
          },
          at.path("phase").asString("").replaceFirst("^evaluating: ", ""));
    }
  }
}
