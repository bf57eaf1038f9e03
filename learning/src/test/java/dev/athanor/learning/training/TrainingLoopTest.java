package dev.athanor.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class TrainingLoopTest {

  @Test
  void asksForEveryBatchOnceAndTellsOfEveryStep() throws InterruptedException {
    var asked = new ArrayList<Long>();
    var heard = new ArrayList<Step>();
    try (var session = TrainingSession.create(Synthetic.simClr(5))) {
      session.step(Synthetic.batch(2, 4, 0));
      TrainingLoop.run(
          session,
          index -> {
            asked.add(index);
            return Synthetic.batch(2, 4, index);
          },
          heard::add);
    }
    assertThat(asked).containsExactly(1L, 2L, 3L, 4L);
    assertThat(heard).extracting(Step::number).containsExactly(1L, 2L, 3L, 4L);
    assertThat(heard.get(1).learningRate()).isEqualTo(0.01);
  }

  @Test
  void stopsBetweenTwoStepsWhenTheListenerSaysSo() {
    try (var session = TrainingSession.create(Synthetic.simClr(5))) {
      assertThatThrownBy(
              () ->
                  TrainingLoop.run(
                      session,
                      index -> Synthetic.batch(2, 4, index),
                      step -> {
                        if (step.number() == 2) {
                          throw new InterruptedException("cancelled");
                        }
                      }))
          .isInstanceOf(InterruptedException.class);
      assertThat(session.nextStep()).isEqualTo(3);
    }
  }

  @Test
  void stopsWhenItsThreadIsInterrupted() {
    try (var session = TrainingSession.create(Synthetic.simClr(5))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(
              () -> TrainingLoop.run(session, index -> Synthetic.batch(2, 4, index), _ -> {}))
          .isInstanceOf(InterruptedException.class)
          .hasMessage("stopped before step 0");
      assertThat(Thread.interrupted()).isFalse();
    }
  }
}
