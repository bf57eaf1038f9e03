package dev.athanor.learning.training;

import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.optimiser.Optimiser;
import dev.athanor.learning.schedule.CosineSchedule;
import org.jspecify.annotations.Nullable;

/// Everything that shapes a run's result except its batches and the number of threads. Fixed before
/// step 0.
///
/// @param encoder the network that is kept
/// @param objective what is minimised, with the head that is thrown away
/// @param schedule knows the number of steps of the run
/// @param gradientClip the largest global norm of all gradients together; null for no bound
/// @param seed of the first weights
public record TrainingSpec(
    ResNet encoder,
    Objective objective,
    Optimiser optimiser,
    CosineSchedule schedule,
    @Nullable Double gradientClip,
    long seed,
    Normalisation normalisation) {

  public TrainingSpec {
    if (gradientClip != null && !(gradientClip > 0)) {
      throw new IllegalArgumentException(
          "gradientClip: %s (expected: > 0)".formatted(gradientClip));
    }
    if (normalisation.channels() != encoder.channels()) {
      throw new IllegalArgumentException(
          "normalisation: %d channels (expected: %d, as the encoder's)"
              .formatted(normalisation.channels(), encoder.channels()));
    }
  }

  /// Steps of the whole run.
  public long steps() {
    return schedule.steps();
  }
}
