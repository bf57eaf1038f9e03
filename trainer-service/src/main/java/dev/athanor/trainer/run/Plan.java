package dev.athanor.trainer.run;

import dev.athanor.trainer.dataset.TokenCounts;
import org.jspecify.annotations.Nullable;

/// Everything that shapes a run's result and is not in its spec. Fixed before step 0 and stored, so
/// that whoever resumes the run trains the same one.
///
/// @param stepsPerEpoch whole batches in the training split
/// @param threads of the engine that trains; results are bit-identical for one number of threads
/// @param augmenterBuild that made the first batch
/// @param calibratedSecondsPerStep what a budget in minutes was divided by; null for other budgets
/// @param tokens of the data set by the run's tokenizer; null on images
public record Plan(
    long steps,
    long stepsPerEpoch,
    long warmupSteps,
    int threads,
    String augmenterBuild,
    @Nullable Double calibratedSecondsPerStep,
    @Nullable TokenCounts tokens) {

  /// The epoch that step `step` belongs to, from 0.
  public int epochOf(long step) {
    return (int) (step / stepsPerEpoch);
  }
}
