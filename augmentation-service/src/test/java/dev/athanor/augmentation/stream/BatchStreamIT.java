package dev.athanor.augmentation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.augmentation.Fixtures;
import dev.athanor.augmentation.Service;
import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.contracts.batch.EvaluationView;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BatchStreamIT {
  private static Service service;

  @BeforeAll
  static void start() {
    service = Service.start();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void answersARequestForAnEvaluationBatch() {
    var path = service.upload("digits", Fixtures.idx(100, 20, 28));
    assertThat(service.awaitEnd(path).get("state").asString()).isEqualTo("READY");

    try (var mailbox = new Mailbox(3)) {
      mailbox.request(
          BatchRequest.newBuilder()
              .setRunId("run")
              .setFence(1)
              .setAttempt(1)
              .setDataset("digits")
              .setDatasetVersion(1)
              .setSplit("test")
              .setSpec(
                  AugmentationSpec.newBuilder()
                      .setHeight(28)
                      .setWidth(28)
                      .setChannels(1)
                      .setEvaluation(EvaluationView.getDefaultInstance()))
              .setBatchSize(8)
              .setIndex(2));

      var batch = mailbox.next();

      assertThat(batch.getPixels().getSamples()).isEqualTo(4);
      assertThat(batch.getPixels().getLabelsList()).containsExactly(6, 7, 8, 9);
      assertThat(batch.getPixels().getBytes().substring(0, 28 * 28).toByteArray())
          .isEqualTo(Fixtures.pixels(28, 1, 6, 16));
    }
  }
}
