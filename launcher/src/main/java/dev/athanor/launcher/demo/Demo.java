package dev.athanor.launcher.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The main job, from images to vectors: upload, train, evaluate, embed. Everything goes through
/// the gateway.
public final class Demo {
  private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELLED");
  private static final int PICTURED = 200;
  private static final int QUERIES = 8;
  private static final int NEIGHBOURS = 9;
  private static final long LOOK_EVERY_MS = 500;

  private final Gateway gateway;
  private final Path folder;
  private final PrintWriter out;
  private final ProgressLine progress;

  /// @param folder where the picture and a sample image go
  /// @param terminal whether `out` is a terminal, on which a line can be rewritten
  public Demo(String gatewayUrl, Path folder, PrintWriter out, boolean terminal) {
    this.gateway = new Gateway(gatewayUrl);
    this.folder = folder;
    this.out = out;
    this.progress = new ProgressLine(out, terminal);
  }

  /// @param objective to minimise
  /// @param minutes of training, or null for what suits the data set's size
  public void run(DemoObjective objective, Source source, @Nullable Double minutes, long seed)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    var version = ingest(source);
    var run = gateway.post("/v1/runs", DemoSpec.spec(objective, version, minutes, seed));
    var finished = follow(run.path("id").asString());
    out.println();
    new ResultTable(finished.path("table")).print(out);
    out.println();
    var model = finished.path("model");
    if (objective == DemoObjective.VAE) {
      savePictures(finished.path("id").asString(), model.path("name").asString());
    }
    var sample = picture(version, model.path("name").asString());
    out.printf("  In %.1f minutes. What now:%n", (System.nanoTime() - begin) / 60e9);
    out.println("    look at the runs and models   " + gateway.url() + "/");
    out.println("    get an embedding              " + curl(model, sample));
    out.println("    stop everything               ./athanor down");
    out.flush();
  }

  /// What the model makes of images, beside the neighbours.
  private void savePictures(String run, String model) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    var pictures = "/v1/runs/" + run + "/pictures";
    for (var picture : gateway.get(pictures).path("pictures")) {
      var name = picture.path("name").asString();
      var file = folder.resolve("%s-%s.png".formatted(model, name));
      Files.write(file, gateway.bytes(pictures + "/" + name));
      out.printf("  %s: %s%n", name, file);
    }
  }

  private JsonNode ingest(Source source) throws IOException, InterruptedException {
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
    var ready = gateway.awaitReady(version, this::show);
    progress.end(summary(ready));
    return ready;
  }

  private void show(JsonNode version) {
    var done = version.path("progress");
    long total = done.path("totalBytes").asLong();
    progress.show(
        "ingesting",
        total == 0 ? 0 : (double) done.path("bytes").asLong() / total,
        "%,d images".formatted(done.path("samples").asLong()));
  }

  private static String summary(JsonNode version) {
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

  private JsonNode follow(String id) throws IOException, InterruptedException {
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
    double done = total == 0 ? 0 : (double) at.path("step").asLong() / total;
    if (state.equals("RUNNING") && total > 0) {
      progress.show(
          "training",
          done,
          "step %,d of %,d  loss %.3f  %,.0f images/s  ETA %d:%02d"
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
            default -> "calibrating";
          },
          at.path("phase").asString("").replaceFirst("^evaluating: ", ""));
    }
  }

  /// Draws the nearest neighbours among the first test samples, and leaves one sample for the curl
  /// line.
  private Path picture(JsonNode version, String model) throws IOException, InterruptedException {
    var path =
        "/v1/datasets/%s/versions/%d"
            .formatted(version.path("dataset").asString(), version.path("version").asInt());
    var samples = gateway.get(path + "/samples?split=test&limit=" + PICTURED).path("samples");
    var images = new ArrayList<byte[]>();
    for (var sample : samples) {
      images.add(
          gateway.bytes("%s/samples/test/%d/image".formatted(path, sample.path("index").asLong())));
    }
    var embeddings = embed(model, images);
    var items = new ArrayList<NeighbourPicture.Item>();
    for (int i = 0; i < images.size(); i++) {
      items.add(
          new NeighbourPicture.Item(
              images.get(i), embeddings.get(i), samples.get(i).path("class").asString("")));
    }
    Files.createDirectories(folder);
    var picture = folder.resolve(model + "-neighbours.png");
    new NeighbourPicture(items).write(picture, Math.min(QUERIES, items.size()), NEIGHBOURS);
    out.println("  Nearest neighbours in embedding space: " + picture);
    var first = images.getFirst();
    var sample = folder.resolve("sample" + (first[0] == (byte) 0xff ? ".jpg" : ".png"));
    Files.write(sample, first);
    return sample;
  }

  private List<float[]> embed(String model, List<byte[]> images)
      throws IOException, InterruptedException {
    var embeddings = new ArrayList<float[]>();
    int batch = 50;
    for (int from = 0; from < images.size(); from += batch) {
      var input =
          images.subList(from, Math.min(images.size(), from + batch)).stream()
              .map(Base64.getEncoder()::encodeToString)
              .toList();
      for (var item :
          gateway.post("/v1/embeddings", Map.of("model", model, "input", input)).path("data")) {
        var values = new float[item.path("embedding").size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) item.path("embedding").get(i).asDouble();
        }
        embeddings.add(values);
      }
    }
    return embeddings;
  }

  private String curl(JsonNode model, Path sample) {
    var type = sample.toString().endsWith(".png") ? "image/png" : "image/jpeg";
    return "curl -s -H 'Content-Type: %s' --data-binary @'%s' %s/v1/models/%s/embed"
        .formatted(type, sample, gateway.url(), model.path("name").asString());
  }
}
