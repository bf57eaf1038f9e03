package dev.athanor.trainer.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.testkit.Servers;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.TokenBatches;
import dev.athanor.trainer.peer.TrainerNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// From a sweep of tiny language models to the laws of their losses, on the real servers.
class ScalingIT {
  /// A field a line.
  private static final String SPEC =
      """
      name: scaled
      dataset: notes
      seed: 7
      objective: {kind: clm}
      text: {tokenizer: bytes, context: 12}
      batch: 32
      optimiser: {learningRate: 0.01}
      evaluation: {everyEpochs: 1000, samples: 40, neighbours: 5, labels: [], fractions: [], scratch: []}
      """;

  private static final String SIZES =
      "  encoder: [{kind: causal-transformer, layers: 1, width: 8, heads: 2, feedForward: 16},"
          + " {kind: causal-transformer, layers: 1, width: 16, heads: 2, feedForward: 32},"
          + " {kind: causal-transformer, layers: 2, width: 32, heads: 2, feedForward: 64}]\n";

  private static DatasetServer datasets;
  private static TrainerNode trainer;
  private static Augmenter augmenter;

  @BeforeAll
  static void start() {
    datasets = new DatasetServer();
    var settings = new HashMap<>(Servers.properties());
    settings.put("ATHANOR_AUGMENTATION_URL", datasets.url());
    settings.put("ATHANOR_TRAINER_IDLE", "100ms");
    settings.put("ATHANOR_TRAINER_THREADS", "1");
    trainer = new TrainerNode(settings);
    augmenter = new Augmenter(Servers.bootstrapServers(), TokenBatches::answer);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    trainer.close();
    augmenter.close();
    datasets.close();
  }

  @Test
  void lossesOfASweepBecomeLaws() throws Exception {
    var id = swept(SPEC + "grid:\n" + SIZES + "  training.steps: [4, 12, 36]\n");

    var study = trainer.get("/v1/sweeps/" + id + "/scaling").json();

    var runs = study.path("runs");
    assertThat(runs).hasSize(9);
    assertThat(runs.valueStream().map(run -> run.path("tokens").asLong()).distinct())
        .containsExactly(4 * 32 * 12L, 12 * 32 * 12L, 36 * 32 * 12L);
    assertThat(runs.valueStream().map(run -> run.path("parameters").asLong()).distinct())
        .containsExactly(parameters(1, 8, 16), parameters(1, 16, 32), parameters(2, 32, 64));
    for (var run : runs) {
      var figures = trainer.get("/v1/runs/" + run.path("run").stringValue()).json().path("figures");
      assertThat(run.path("loss")).isEqualTo(figures.get("heldout.loss"));
      assertThat(run.path("fitted").doubleValue())
          .isCloseTo(law(study.path("joint"), run), within(1e-9));
    }
    // More training is better, and so is a larger network, whatever else they say.
    assertThat(study.at("/tokens/exponent/value").doubleValue()).isPositive();
    assertThat(study.at("/parameters/exponent/value").doubleValue()).isPositive();
    var beta = study.at("/joint/dataExponent");
    assertThat(beta.path("low").doubleValue())
        .isLessThanOrEqualTo(beta.path("value").doubleValue());
    assertThat(study).isEqualTo(trainer.get("/v1/sweeps/" + id + "/scaling?seed=1").json());
    assertThat(study).isNotEqualTo(trainer.get("/v1/sweeps/" + id + "/scaling?seed=2").json());

    var joint = picture(id, "joint");
    var parameters = picture(id, "parameters");
    assertThat(parameters).isNotEqualTo(joint);
    assertThat(picture(id, "tokens")).isNotEqualTo(joint).isNotEqualTo(parameters);
    var unknown = trainer.send(asPicture(id, "murphy"));
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.body())
        .contains("law: \\\"murphy\\\" (expected: one of [joint, parameters, tokens])");
  }

  /// Embedding, tied; four maps and three of the feed-forward and two norms a layer; a norm.
  private static long parameters(int layers, int width, int feedForward) {
    return 259L * width
        + layers * (4L * width * width + 3L * width * feedForward + 2L * width)
        + width;
  }

  private static double law(JsonNode joint, JsonNode run) {
    return joint.at("/irreducible/value").doubleValue()
        + joint.at("/sizeScale/value").doubleValue()
            / Math.pow(
                run.path("parameters").doubleValue(), joint.at("/sizeExponent/value").doubleValue())
        + joint.at("/dataScale/value").doubleValue()
            / Math.pow(
                run.path("tokens").doubleValue(), joint.at("/dataExponent/value").doubleValue());
  }

  @Test
  void tooFewRunsAreRefusedWithWhatIsNeeded() {
    var id = swept(SPEC + "grid: {training.steps: [4, 5]}\n");

    var refused = trainer.get("/v1/sweeps/" + id + "/scaling");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().path("detail").stringValue())
        .isEqualTo(
            "sweep %s, of its 2 runs those of clm that succeeded with a held-out loss: observations: 2, of 1 sizes and 2 numbers of tokens (expected: >= 9, of >= 3 and >= 3)"
                .formatted(id));
    assertThat(trainer.get("/v1/sweeps/nothing/scaling").status()).isEqualTo(404);
  }

  private static String swept(String request) {
    var created = trainer.post("/v1/sweeps", "application/yaml", request);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    var id = created.json().path("id").stringValue();
    var path = "/v1/sweeps/" + id;
    await(path)
        .atMost(Duration.ofMinutes(5))
        .until(() -> trainer.get(path).json().path("state").stringValue().equals("ENDED"));
    var sweep = trainer.get(path).json();
    assertThat(sweep.path("runs").propertyNames())
        .as(sweep.toString())
        .containsExactly("SUCCEEDED");
    return id;
  }

  private static HttpRequest.Builder asPicture(String id, String law) {
    return trainer
        .request("/v1/sweeps/%s/scaling?law=%s".formatted(id, law))
        .header("Accept", "image/png");
  }

  private static byte[] picture(String id, String law) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(asPicture(id, law).build(), BodyHandlers.ofByteArray());
      assertThat(answer.headers().firstValue("Content-Type")).contains("image/png");
      assertThat(new ImageDecoder().decode(answer.body(), 1).width()).isEqualTo(900);
      return answer.body();
    }
  }
}
