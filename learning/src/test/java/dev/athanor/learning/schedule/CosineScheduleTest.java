package dev.athanor.learning.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CosineScheduleTest {

  @Test
  void warmsUpInAStraightLineAndReachesTheFullRateOnce() {
    var schedule = new CosineSchedule(4, 12);
    assertThat(schedule.factor(0)).isEqualTo(0.25);
    assertThat(schedule.factor(1)).isEqualTo(0.5);
    assertThat(schedule.factor(3)).isEqualTo(1);
    assertThat(schedule.factor(4)).isEqualTo(1);
  }

  @Test
  void fallsAlongHalfACosine() {
    var schedule = new CosineSchedule(4, 12);
    assertThat(schedule.factor(6)).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-15));
    assertThat(schedule.factor(8)).isCloseTo(0.5, within(1e-15));
    assertThat(schedule.factor(11)).isBetween(0.0, 0.05);
    assertThat(schedule.factor(12)).isZero();
  }

  @Test
  void startsAtTheFullRateWithoutWarmUp() {
    assertThat(new CosineSchedule(0, 10).factor(0)).isEqualTo(1);
  }

  @Test
  void warmsUpToTheEndOfARunThatIsShorter() {
    var schedule = new CosineSchedule(200, 100);
    assertThat(schedule.factor(99)).isEqualTo(0.5);
  }

  @Test
  void refusesARunWithoutSteps() {
    assertThatThrownBy(() -> new CosineSchedule(0, 0)).hasMessage("steps: 0 (expected: > 0)");
    assertThatThrownBy(() -> new CosineSchedule(-1, 5))
        .hasMessage("warmupSteps: -1 (expected: >= 0)");
  }
}
