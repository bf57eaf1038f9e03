package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.testkit.Servers;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.PatternBatches;
import dev.athanor.trainer.peer.TrainerNode;
import java.time.Duration;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A trainer, with data sets of patterns and an augmenter that answers it.
final class PatternTraining implements AutoCloseable {
  private static final Set<String> UNDER_WAY = Set.of("QUEUED", "RUNNING", "EVALUATING");

  private final DatasetServer datasets = new DatasetServer();
  private final TrainerNode trainer = new TrainerNode(RunIT.settings(datasets));
  private final Augmenter augmenter =
      new Augmenter(
          Servers.bootstrapServers(),
          request ->
              PatternBatches.answer(
                  request,
                  request.getSplit().equals("train") ? DatasetServer.TRAIN : DatasetServer.TEST,
                  1));

  TrainerNode trainer() {
    return trainer;
  }

  /// Starts a run and waits for its end, whichever that is.
  JsonNode finished(String spec) {
    var created = trainer.post("/v1/runs", "application/yaml", spec);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    var path = "/v1/runs/" + created.json().path("id").stringValue();
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> !UNDER_WAY.contains(trainer.get(path).json().path("state").stringValue()));
    return trainer.get(path).json();
  }

  @Override
  public void close() throws InterruptedException {
    augmenter.close();
    trainer.close();
    datasets.close();
  }
}
