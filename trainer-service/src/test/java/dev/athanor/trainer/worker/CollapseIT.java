package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.trainer.peer.TrainerNode;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A run whose loss is excellent because its embeddings are all alike.
class CollapseIT {
  /// Neither predictor nor moving average: nothing keeps the projections apart.
  private static final String COLLAPSING =
      """
      name: %s
      dataset: patterns
      seed: 7
      encoder: {depth: 10, width: 4}
      objective: {kind: byol, projection: {hidden: 64, output: 32}, predictor: false, movingAverage: false}
      augmentation: {blur: {probability: 0}}
      batch: 32
      optimiser: {learningRate: 0.03}
      training: {steps: 120}
      checkpoint: {everySteps: 50}
      evaluation: {%s, samples: 100, neighbours: 5, fractions: [], scratch: [], stopOnCollapse: %s}
      """;

  @Test
  void raisesAnAlarmAndEndsTheRunWhereItsSpecSaysSo() throws Exception {
    try (var training = new PatternTraining()) {
      var trainer = training.trainer();
      var warned = training.finished(COLLAPSING.formatted("warned", "everyEpochs: 5", "false"));
      assertThat(warned.path("state").stringValue()).isEqualTo("SUCCEEDED");
      assertThat(lastLoss(trainer, warned)).isLessThan(0.5); // of 8
      assertThat(warned.path("alarm").path("step").asLong()).isEqualTo(120);
      assertThat(warned.path("alarm").path("causes").valueStream().map(JsonNode::stringValue))
          .anyMatch(
              cause ->
                  cause.startsWith("collapse.z.std: ") && cause.endsWith("(expected: >= 0.2000)"));

      var stopped = training.finished(COLLAPSING.formatted("stopped", "everySteps: 20", "true"));
      assertThat(stopped.path("state").stringValue()).isEqualTo("FAILED");
      assertThat(stopped.path("reason").stringValue())
          .startsWith("collapsed after step ")
          .contains("collapse.", "(expected: ", "evaluation.stopOnCollapse");
      assertThat(stoppedAfter(stopped)).as("while it trained").isIn(20, 40, 60, 80, 100);
      assertThat(stopped.path("model").isNull()).isTrue();
      var events = trainer.get("/v1/runs/" + stopped.path("id").stringValue() + "/events").body();
      assertThat(events).contains("event:alarm").contains("\"causes\":[\"collapse.");
    }
  }

  /// What lies outside a band while it warms up may have hardly moved.
  @Test
  void aNetworkThatIsStillWarmingUpHasNotCollapsed() throws Exception {
    try (var training = new PatternTraining()) {
      var warming =
          training.finished(
              COLLAPSING
                      .formatted("warming", "everySteps: 20", "true")
                      .replace("steps: 120", "steps: 60")
                      .replace("learningRate: 0.03", "learningRate: 0.045")
                  + "schedule: {warmupSteps: 20}\n");
      var path = "/v1/runs/" + warming.path("id").stringValue();
      var looks = training.trainer().get(path + "/metrics").json().path("evaluations");
      assertThat(warming.path("bands").propertyNames())
          .isEqualTo(collapseFigures(warming))
          .hasSize(8);
      assertThat(warming.path("bands").path("collapse.z.std").toString())
          .isEqualTo("{\"atLeast\":0.2,\"atMost\":null}");
      // Of 100 samples, 8 x 4 dimensions.
      assertThat(warming.path("bands").path("collapse.rankme").path("atLeast").asDouble())
          .isEqualTo(1 + 0.02 * 31);
      assertThat(looks.at("/0/step").asLong()).isEqualTo(20);
      assertThat(looks.at("/0/figures/collapse.z.std").asDouble()).isLessThan(0.2);
      assertThat(looks.at("/1/step").asLong()).as("%s", warming.path("reason")).isEqualTo(40);
      assertThat(training.trainer().get(path + "/events").body().lines())
          .noneMatch(line -> line.contains("causes") && line.contains("\"step\":20"));
    }
  }

  private static Set<String> collapseFigures(JsonNode run) {
    return run.path("figures").propertyNames().stream()
        .filter(name -> name.startsWith("collapse."))
        .collect(Collectors.toSet());
  }

  private static int stoppedAfter(JsonNode run) {
    return Integer.parseInt(
        run.path("reason").stringValue().replaceAll("collapsed after step (\\d+): .*", "$1"));
  }

  private static double lastLoss(TrainerNode trainer, JsonNode run) {
    var path = "/v1/runs/" + run.path("id").stringValue() + "/metrics";
    var points = trainer.get(path).json().path("points");
    return points.get(points.size() - 1).path("loss").doubleValue();
  }
}
