package dev.athanor.trainer.follow;

import dev.athanor.platform.store.Sweep;
import dev.athanor.trainer.role.ApiRole;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Deletes events of progress that have grown too old, some at a time, so that no statement takes
/// long.
@Component
@ApiRole
class ProgressSweeper {
  private static final Logger log = LoggerFactory.getLogger(ProgressSweeper.class);
  static final int AT_ONCE = 10_000;

  private final List<ProgressLog> all;
  private final Clock clock;
  private final Duration kept;

  ProgressSweeper(
      List<ProgressLog> all,
      Clock clock,
      @Value("${athanor.trainer.keep-progress}") Duration kept) {
    if (kept.isNegative() || kept.isZero()) {
      throw new IllegalArgumentException(
          "athanor.trainer.keep-progress: %s (expected: > 0)".formatted(kept));
    }
    this.all = all;
    this.clock = clock;
    this.kept = kept;
  }

  @Scheduled(initialDelayString = "PT3M", fixedDelayString = "PT1H")
  void sweepOrWait() {
    Sweep.orWait("progress", this::sweep);
  }

  void sweep() {
    var before = clock.instant().minus(kept);
    for (var one : all) {
      while (one.forgetProgress(before, AT_ONCE) == AT_ONCE) {
        log.debug("{} events of progress deleted; there may be more", AT_ONCE);
      }
    }
  }
}
