package dev.athanor.trainer.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ProgressSweeperTest {
  private static final Instant NOW = Instant.parse("2026-03-08T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @Test
  void sweepsEverySourceUntilNothingOldIsLeft() {
    var asked = new ArrayList<Instant>();
    var much = new ArrayDeque<>(List.of(ProgressSweeper.AT_ONCE, ProgressSweeper.AT_ONCE, 3));
    var little = new ArrayDeque<>(List.of(0));

    new ProgressSweeper(
            List.of(source(much, asked), source(little, asked)), CLOCK, Duration.ofDays(7))
        .sweep();

    assertThat(much).isEmpty();
    assertThat(little).isEmpty();
    assertThat(asked).hasSize(4).containsOnly(Instant.parse("2026-03-01T12:00:00Z"));
  }

  @Test
  void progressIsKeptForSomeTime() {
    assertThatThrownBy(() -> new ProgressSweeper(List.of(), CLOCK, Duration.ZERO))
        .hasMessage("athanor.trainer.keep-progress: PT0S (expected: > 0)");
  }

  private static ProgressLog source(Queue<Integer> deleted, List<Instant> asked) {
    return (before, limit) -> {
      asked.add(before);
      return deleted.remove();
    };
  }
}
