package dev.athanor.trainer.spec;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How long to train: exactly one of the three.
///
/// @param minutes of training proper, turned into steps by a calibration before step 0
public record Budget(@Nullable Double epochs, @Nullable Long steps, @Nullable Double minutes) {
  public Budget {
    long given = Stream.of(epochs, steps, minutes).filter(Objects::nonNull).count();
    if (given != 1) {
      throw new IllegalArgumentException(
          "epochs, steps, minutes: %d given (expected: exactly one)".formatted(given));
    }
    if (epochs != null) {
      Checks.positive("epochs", epochs);
    }
    if (steps != null) {
      Checks.atLeast(1, "steps", steps);
    }
    if (minutes != null) {
      Checks.positive("minutes", minutes);
    }
  }
}
