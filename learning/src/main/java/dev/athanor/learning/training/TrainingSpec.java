package dev.athanor.learning.training;

import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.objective.MovingAverage;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.optimiser.Optimiser;
import dev.athanor.learning.schedule.CosineSchedule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Everything that shapes a run's result except its batches and the number of threads. Fixed before
/// step 0.
///
/// @param encoder the network that is kept
/// @param objective what is minimised, with the networks that are thrown away
/// @param schedule knows the number of steps of the run
/// @param gradientClip the largest global norm of all gradients together; null for no bound
/// @param seed of the first weights and of all random numbers inside a step
/// @param normalisation of images; null exactly where the encoder reads none
public record TrainingSpec(
    Encoder encoder,
    Objective objective,
    Optimiser optimiser,
    CosineSchedule schedule,
    @Nullable Double gradientClip,
    long seed,
    @Nullable Normalisation normalisation) {

  public TrainingSpec {
    if (gradientClip != null && !(gradientClip > 0)) {
      throw new IllegalArgumentException(
          "gradientClip: %s (expected: > 0)".formatted(gradientClip));
    }
    switch (encoder) {
      case ImageEncoder images -> requireFit(normalisation, images);
      case TextEncoder _ -> {
        if (normalisation != null) {
          throw new IllegalArgumentException(
              "normalisation: %s (expected: none for text)".formatted(normalisation));
        }
      }
    }
  }

  private static void requireFit(@Nullable Normalisation normalisation, ImageEncoder encoder) {
    if (normalisation == null) {
      throw new IllegalArgumentException("normalisation: missing (expected: one for images)");
    }
    if (normalisation.channels() != encoder.channels()) {
      throw new IllegalArgumentException(
          "normalisation: %d channels (expected: %d, as the encoder's)"
              .formatted(normalisation.channels(), encoder.channels()));
    }
  }

  /// Every parameter and statistic that is trained, the encoder's first.
  public List<Parameter> parameters() {
    return Stream.concat(encoder.parameters().stream(), objective.parameters(encoder).stream())
        .toList();
  }

  /// What follows some of the parameters slowly, where the objective wants it.
  public Optional<MovingAverage> target() {
    return objective.target(encoder);
  }

  /// Steps of the whole run.
  public long steps() {
    return schedule.steps();
  }
}
