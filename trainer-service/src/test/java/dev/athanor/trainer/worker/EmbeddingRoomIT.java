package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.testkit.Servers;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.PatternBatches;
import dev.athanor.trainer.peer.TrainerNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A worker whose heap does not hold all embeddings of a data set.
class EmbeddingRoomIT {
  private static final String SPEC =
      """
      name: width-%d
      dataset: patterns
      seed: 7
      encoder: {depth: 10, width: %1$d}
      objective: {projection: {hidden: 16, output: 8}}
      augmentation: {blur: {probability: 0}}
      batch: 32
      training: {steps: 3}
      evaluation: {samples: 100, neighbours: 5, fractions: [0.25, 1.0], scratch: []}
      """;

  /// Of the test split and a hundred more, 32 numbers each, twice.
  private static final int BYTES = (DatasetServer.TEST + 100) * 2 * (4 * 32 + 24);

  private static DatasetServer datasets;
  private static TrainerNode trainer;
  private static Augmenter augmenter;

  @BeforeAll
  static void start() {
    datasets = new DatasetServer();
    var settings = RunIT.settings(datasets);
    settings.put("ATHANOR_TRAINER_EMBEDDINGS", BYTES + "B");
    trainer = new TrainerNode(settings);
    augmenter =
        new Augmenter(
            Servers.bootstrapServers(),
            request ->
                PatternBatches.answer(
                    request,
                    request.getSplit().equals("train") ? DatasetServer.TRAIN : DatasetServer.TEST,
                    1));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    trainer.close();
    augmenter.close();
    datasets.close();
  }

  @Test
  void linesAreMadeOfAsManyLabelsAsFitAndEvaluationsSayHowManyDo() {
    var run = Trained.succeed(trainer, Trained.start(trainer, SPEC.formatted(4)));

    assertThat(run.path("reason").isNull()).isTrue();
    assertThat(run.path("table")).hasSize(2 * 2 * 2);
    assertThat(run.path("table").valueStream().map(EmbeddingRoomIT::labels))
        .containsOnly("0.25: 48", "1.0: 100");

    var request =
        "{'model': 'width-4', 'dataset': 'patterns', 'methods': ['knn'], 'knn': {'k': 5}, 'fractions': [%s]}";
    Trained.succeed(trainer, Trained.evaluate(trainer, request.formatted("0.5")));
    var whole = Trained.end(trainer, Trained.evaluate(trainer, request.formatted("0.5, 1.0")));
    assertThat(whole.path("state").stringValue()).isEqualTo("FAILED");
    assertThat(whole.path("reason").stringValue())
        .startsWith("368 embeddings of 32 numbers, 80 of them of the test split, want")
        .contains("(expected: at most 180 embeddings, which this worker has room for;");
    assertThat(whole.path("cells")).isEmpty();
  }

  private static String labels(JsonNode line) {
    return line.path("fraction") + ": " + line.path("labels");
  }

  @Test
  void anEncoderIsPublishedWhereNotEvenTheTestSplitFits() {
    var run = Trained.succeed(trainer, Trained.start(trainer, SPEC.formatted(16)));

    assertThat(run.path("table")).isEmpty();
    assertThat(run.path("reason").stringValue())
        .isEqualTo(
            "the table lacks simclr: 80 embeddings of 128 numbers of the test split leave no room for the training split's in this worker's heap; random: 80 embeddings of 128 numbers of the test split leave no room for the training split's in this worker's heap");
    assertThat(Trained.version(trainer, run).path("state").stringValue()).isEqualTo("READY");
  }
}
