package dev.athanor.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingSessionTest {

  @Test
  void lossFallsOnATinyDataset() throws InterruptedException {
    var losses = new java.util.ArrayList<Double>();
    try (var session = TrainingSession.create(Synthetic.simClr(60))) {
      TrainingLoop.run(
          session, index -> Synthetic.batch(2, 16, index), step -> losses.add(step.loss()));
    }
    assertThat(losses).hasSize(60);
    assertThat(losses.getLast()).isLessThan(losses.getFirst() * 0.8);
  }
}
