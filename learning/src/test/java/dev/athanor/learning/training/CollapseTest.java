package dev.athanor.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.evaluation.CollapseFigures;
import dev.athanor.learning.evaluation.HealthyBands;
import dev.athanor.learning.objective.Byol;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.SimClr;
import dev.athanor.learning.optimiser.AdamW;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What keeps a representation from collapsing, and that the bands tell. The measured figures of
/// longer runs stand in docs/collapse.md.
class CollapseTest {

  private static final int STEPS = 60;
  private static final int SAMPLES = 64;
  private static final ProjectionHead HEAD = new ProjectionHead(2, 64, 32);

  @Test
  void byolWithoutPredictorAndMovingAverageCollapsesBehindAnExcellentLoss() {
    var outcome = train(new Byol(HEAD, false, false, 0.9));
    assertThat(outcome.loss).isLessThan(0.05); // of 8
    assertThat(outcome.breaches).anyMatch(breach -> breach.startsWith("std: "));
    assertThat(outcome.breaches).anyMatch(breach -> breach.startsWith("uniformity: "));
  }

  @Test
  void byolDoesNotCollapse() {
    assertThat(train(new Byol(HEAD, true, true, 0.9)).breaches).isEmpty();
  }

  @Test
  void simClrDoesNotCollapse() {
    assertThat(train(new SimClr(new NtXent(0.2), HEAD)).breaches).isEmpty();
  }

  private record Outcome(double loss, List<String> breaches) {}

  private static Outcome train(Objective objective) {
    try (var session =
        TrainingSession.create(Synthetic.spec(objective, new AdamW(0.03, 1e-4), STEPS))) {
      var loss = Double.NaN;
      while (!session.finished()) {
        loss = session.step(Synthetic.batch(2, 32, session.nextStep())).loss();
      }
      var embeddings = session.compared(Synthetic.batch(2, SAMPLES, 1_000)).orElseThrow();
      var figures =
          CollapseFigures.of(
              Arrays.copyOf(embeddings, SAMPLES),
              Arrays.copyOfRange(embeddings, SAMPLES, 2 * SAMPLES));
      return new Outcome(loss, HealthyBands.breaches(figures, SAMPLES, embeddings[0].length));
    }
  }
}
