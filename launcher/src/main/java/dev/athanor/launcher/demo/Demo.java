package dev.athanor.launcher.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The main job, from images or texts to vectors: upload, train, evaluate, embed. Everything goes
/// through the gateway.
public final class Demo {
  private static final int PICTURED = 200;
  private static final int QUERIES = 8;
  private static final int NEIGHBOURS = 9;
  private static final int TEXT_QUERIES = 3;
  private static final int TEXT_NEIGHBOURS = 3;

  private final Gateway gateway;
  private final Path folder;
  private final PrintWriter out;
  private final DemoSteps steps;

  /// @param folder where the picture and a sample image go
  /// @param terminal whether `out` is a terminal, on which a line can be rewritten
  public Demo(String gatewayUrl, Path folder, PrintWriter out, boolean terminal) {
    this.gateway = new Gateway(gatewayUrl);
    this.folder = folder;
    this.out = out;
    this.steps = new DemoSteps(gateway, out, terminal);
  }

  /// @param objective to minimise
  /// @param minutes of training, or null for what suits the data set's size
  public void run(DemoObjective objective, Source source, @Nullable Double minutes, long seed)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    var version = steps.ingest(source);
    if (objective.texts()) {
      steps.tokenise(version);
    }
    var run = gateway.post("/v1/runs", DemoSpec.spec(objective, version, minutes, seed));
    var finished = steps.follow(run.path("id").asString());
    out.println();
    if (!finished.path("table").isEmpty()) {
      new ResultTable(finished.path("table")).print(out);
      out.println();
    }
    gateway.awaitServed(reference(finished));
    var embed = objective.texts() ? texts(version, finished) : images(objective, version, finished);
    out.printf("  In %.1f minutes. What now:%n", (System.nanoTime() - begin) / 60e9);
    out.println("    look at the runs and models   " + gateway.url() + "/");
    out.println("    get an embedding              " + embed);
    out.println("    stop everything               ./athanor down");
    out.flush();
  }

  /// Shows what came of images; returns how to embed one.
  private String images(DemoObjective objective, JsonNode version, JsonNode finished)
      throws IOException, InterruptedException {
    var model = finished.path("model").path("name").asString();
    if (objective == DemoObjective.VAE) {
      savePictures(finished.path("id").asString(), model);
    }
    return curl(model, picture(version, finished));
  }

  /// Shows what came of texts; returns how to embed one.
  private String texts(JsonNode version, JsonNode finished)
      throws IOException, InterruptedException {
    var model = finished.path("model").path("name").asString();
    var made = gateway.get("/v1/runs/" + finished.path("id").asString() + "/texts").path("texts");
    for (var texts : made) {
      out.println("  What the language model makes up:");
      texts.path("texts").forEach(text -> out.println("      " + text.asString().strip()));
      out.println();
    }
    var path =
        "/v1/datasets/%s/versions/%d"
            .formatted(version.path("dataset").asString(), version.path("version").asInt());
    var samples = gateway.get(path + "/samples?split=test&limit=" + PICTURED).path("samples");
    var texts = samples.valueStream().map(sample -> sample.path("text").asString()).toList();
    var embeddings = embed(reference(finished), texts);
    var items = new ArrayList<NeighbourTexts.Item>();
    for (int i = 0; i < texts.size(); i++) {
      items.add(
          new NeighbourTexts.Item(
              texts.get(i), embeddings.get(i), samples.get(i).path("class").asString("")));
    }
    out.println("  Nearest neighbours in embedding space:");
    new NeighbourTexts(items).print(out, TEXT_QUERIES, TEXT_NEIGHBOURS);
    out.println();
    return "curl -s -H 'Content-Type: application/json' -d '{\"model\": \"%s\", \"input\": \"The old sailor\"}' %s/v1/embeddings"
        .formatted(model, gateway.url());
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

  /// Draws the nearest neighbours among the first test samples, and leaves one sample for the curl
  /// line.
  private Path picture(JsonNode version, JsonNode finished)
      throws IOException, InterruptedException {
    var path =
        "/v1/datasets/%s/versions/%d"
            .formatted(version.path("dataset").asString(), version.path("version").asInt());
    var samples = gateway.get(path + "/samples?split=test&limit=" + PICTURED).path("samples");
    var images = new ArrayList<byte[]>();
    for (var sample : samples) {
      images.add(
          gateway.bytes("%s/samples/test/%d/image".formatted(path, sample.path("index").asLong())));
    }
    var embeddings =
        embed(
            reference(finished), images.stream().map(Base64.getEncoder()::encodeToString).toList());
    var items = new ArrayList<NeighbourPicture.Item>();
    for (int i = 0; i < images.size(); i++) {
      items.add(
          new NeighbourPicture.Item(
              images.get(i), embeddings.get(i), samples.get(i).path("class").asString("")));
    }
    Files.createDirectories(folder);
    var picture =
        folder.resolve(finished.path("model").path("name").asString() + "-neighbours.png");
    new NeighbourPicture(items).write(picture, Math.min(QUERIES, items.size()), NEIGHBOURS);
    out.println("  Nearest neighbours in embedding space: " + picture);
    var first = images.getFirst();
    var sample = folder.resolve("sample" + (first[0] == (byte) 0xff ? ".jpg" : ".png"));
    Files.write(sample, first);
    return sample;
  }

  /// The version that the run has published: the bare name may lead to another one, in production.
  private static String reference(JsonNode finished) {
    var model = finished.path("model");
    return "%s@%d".formatted(model.path("name").asString(), model.path("version").asInt());
  }

  private List<float[]> embed(String model, List<String> inputs)
      throws IOException, InterruptedException {
    var embeddings = new ArrayList<float[]>();
    int batch = 50;
    for (int from = 0; from < inputs.size(); from += batch) {
      var input = inputs.subList(from, Math.min(inputs.size(), from + batch));
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

  private String curl(String model, Path sample) {
    var type = sample.toString().endsWith(".png") ? "image/png" : "image/jpeg";
    return "curl -s -H 'Content-Type: %s' --data-binary @'%s' %s/v1/models/%s/embed"
        .formatted(type, sample, gateway.url(), model);
  }
}
