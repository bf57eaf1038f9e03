package dev.athanor.augmentation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.augmentation.Fixtures;
import dev.athanor.augmentation.Service;
import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.contracts.batch.EvaluationView;
import dev.athanor.contracts.batch.Selection;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
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

  @Test
  void aBalancedSelectionHasAsManyOfEachClass() {
    var path = service.upload("balanced", Fixtures.idx(100, 20, 28));
    assertThat(service.awaitEnd(path).get("state").asString()).isEqualTo("READY");
    // As RGB, which an encoder of colours wants of grey images too.
    var request =
        BatchRequest.newBuilder()
            .setRunId("balanced")
            .setFence(1)
            .setAttempt(1)
            .setDataset("balanced")
            .setDatasetVersion(1)
            .setSplit("train")
            .setSelection(Selection.newBuilder().setCount(30).setSeed(5).setBalanced(true))
            .setSpec(
                AugmentationSpec.newBuilder()
                    .setHeight(28)
                    .setWidth(28)
                    .setChannels(3)
                    .setEvaluation(EvaluationView.getDefaultInstance()))
            .setBatchSize(20);

    try (var mailbox = new Mailbox(4)) {
      mailbox.request(request.setIndex(0));
      var first = mailbox.next().getPixels();
      mailbox.request(request.setIndex(1));
      var second = mailbox.next().getPixels();

      assertThat(counts(first.getLabelsList())).hasSize(10).containsOnly(2L);
      assertThat(counts(second.getLabelsList())).hasSize(10).containsOnly(1L);
      var pixels = first.getBytes();
      assertThat(pixels.size()).isEqualTo(20 * 28 * 28 * 3);
      assertThat(pixels.byteAt(3)).isEqualTo(pixels.byteAt(4)).isEqualTo(pixels.byteAt(5));
    }
  }

  private static Collection<Long> counts(List<Integer> labels) {
    return labels.stream().collect(Collectors.groupingBy(l -> l, Collectors.counting())).values();
  }
}
