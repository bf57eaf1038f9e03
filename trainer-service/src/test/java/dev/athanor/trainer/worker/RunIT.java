package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.testkit.Servers;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.PatternBatches;
import dev.athanor.trainer.peer.TrainerNode;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.Test;

class RunIT {
  private static final String SPEC =
      """
      name: patterns-encoder
      dataset: patterns
      seed: 7
      encoder: {depth: 10, width: 4}
      objective: {projection: {hidden: 16, output: 8}}
      augmentation: {blur: {probability: 0}}
      batch: 32
      training: {epochs: 2}
      checkpoint: {everySteps: 5}
      evaluation: {samples: 100, neighbours: 5, fractions: [0.1, 1.0], scratch: [0.25]}
      """;

  @Test
  void runIsTrainedJudgedAndPublished() throws Exception {
    try (var datasets = new DatasetServer();
        var trainer = new TrainerNode(settings(datasets));
        var augmenter =
            new Augmenter(
                Servers.bootstrapServers(),
                request ->
                    PatternBatches.answer(
                        request,
                        request.getSplit().equals("train")
                            ? DatasetServer.TRAIN
                            : DatasetServer.TEST,
                        2))) {
      var created = trainer.post("/v1/runs", "application/yaml", SPEC);
      assertThat(created.status()).as(created.body()).isEqualTo(201);
      var id = created.json().path("id").stringValue();
      await()
          .atMost(Duration.ofSeconds(90))
          .until(
              () ->
                  !java.util.Set.of("QUEUED", "RUNNING", "EVALUATING")
                      .contains(trainer.get("/v1/runs/" + id).json().path("state").stringValue()));
      System.out.println(trainer.get("/v1/runs/" + id).body());
      System.out.println(trainer.get("/v1/runs/" + id + "/metrics").body());
      System.out.println(trainer.get("/v1/runs/" + id + "/events").body());
      System.out.println(trainer.get("/v1/runs/" + id + "/checkpoints").body());
      System.out.println(trainer.get("/v1/registry/models/patterns-encoder").body());
    }
  }

  static HashMap<String, String> settings(DatasetServer datasets) {
    var settings = new HashMap<>(Servers.properties());
    settings.put("ATHANOR_AUGMENTATION_URL", datasets.url());
    settings.put("ATHANOR_TRAINER_IDLE", "100ms");
    settings.put("ATHANOR_TRAINER_THREADS", "1");
    return settings;
  }
}
