package dev.athanor.augmentation.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EaselTest {
  private final Easel easel = new Easel();

  @Test
  void twoAreDrawnAtATime() {
    var first =
        easel.draw(
            () ->
                easel.draw(
                    () -> {
                      assertThirdIsRefused();
                      return new byte[] {1};
                    }));

    assertThat(first).containsExactly(1);
    assertThat(easel.draw(() -> new byte[] {2})).containsExactly(2);
  }

  @Test
  void whatFailsLeavesItsPlace() {
    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(
              () ->
                  easel.draw(
                      () -> {
                        throw new IllegalStateException();
                      }));
    }
  }

  private void assertThirdIsRefused() {
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> easel.draw(() -> new byte[] {3}))
        .withMessage("preview: 2 others are being drawn (expected: fewer)")
        .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Kind.TOO_MANY))
        .satisfies(refusal -> assertThat(refusal.retryAfter()).hasValue(Duration.ofSeconds(1)));
  }
}
