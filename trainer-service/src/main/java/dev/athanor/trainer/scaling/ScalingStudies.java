package dev.athanor.trainer.scaling;

import dev.athanor.learning.scaling.ScalingFit;
import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.run.Runs;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/// Fits the laws of sweeps, one at a time: a fit keeps a core busy for some seconds.
@Component
class ScalingStudies {
  static final int RESAMPLES = 200;

  private static final Duration RETRY = Duration.ofSeconds(3);

  private final Runs runs;
  private final Semaphore place = new Semaphore(1);

  ScalingStudies(Runs runs) {
    this.runs = runs;
  }

  /// @param seed of the resamples
  ScalingStudy of(String sweep, long seed) {
    var cells = runs.ofSweep(sweep);
    if (cells.isEmpty()) {
      throw Problem.notFound(
          "sweep: %s (expected: the id of a sweep)".formatted(Problem.quote(sweep)));
    }
    var findings = cells.stream().map(Finding::of).flatMap(Optional::stream).toList();
    if (!place.tryAcquire()) {
      throw Problem.tooMany("another study is being fitted (expected: none)", RETRY);
    }
    try {
      var observations = findings.stream().map(Finding::observation).toList();
      return new ScalingStudy(
          cells.getFirst().spec().name(),
          findings,
          ScalingFit.of(observations, RESAMPLES, seed),
          seed);
    } catch (IllegalArgumentException tooFew) {
      throw Problem.unprocessable(
          "sweep %s, of its %d runs those of clm that succeeded with a held-out loss: %s"
              .formatted(sweep, cells.size(), tooFew.getMessage()));
    } finally {
      place.release();
    }
  }
}
