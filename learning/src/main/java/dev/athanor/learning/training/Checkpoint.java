package dev.athanor.learning.training;

import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.learning.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A run between two steps, in three files of one directory, or four.
///
/// @param nextStep steps done, which is the schedule's position and the next batch's index
/// @param weights encoder and the objective's networks, batch normalisation's statistics included
/// @param target the moving average of some of the weights; empty where the objective has none
/// @param optimiser its slots and step counts; empty before the first step
record Checkpoint(
    long nextStep,
    Map<String, Tensor> weights,
    Map<String, Tensor> target,
    Map<String, Tensor> optimiser) {

  private static final String WEIGHTS = "weights.safetensors";
  private static final String TARGET = "target.safetensors";
  private static final String OPTIMISER = "optimiser.safetensors";
  private static final String STATE = "state.json";
  private static final int FORMAT = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// `state.json`. What is not needed to go on says what the numbers were computed with.
  record State(
      int format, long nextStep, long steps, long seed, int threads, String engine, String spec) {}

  void write(Path directory, TrainingSpec spec) throws IOException {
    Files.createDirectories(directory);
    Safetensors.write(directory.resolve(WEIGHTS), weights, Map.of());
    if (!target.isEmpty()) {
      Safetensors.write(directory.resolve(TARGET), target, Map.of());
    }
    Safetensors.write(directory.resolve(OPTIMISER), optimiser, Map.of());
    var state =
        new State(
            FORMAT,
            nextStep,
            spec.steps(),
            spec.seed(),
            Torch.threads(),
            Torch.description(),
            spec.toString());
    Files.write(
        directory.resolve(STATE), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(state));
  }

  static Checkpoint read(Path directory, TrainingSpec spec) throws IOException {
    var state = readState(directory.resolve(STATE));
    require("format", state.format, FORMAT);
    require("spec", state.spec, spec.toString());
    return new Checkpoint(
        state.nextStep,
        Safetensors.read(directory.resolve(WEIGHTS)).tensors(),
        spec.target().isPresent()
            ? Safetensors.read(directory.resolve(TARGET)).tensors()
            : Map.of(),
        Safetensors.read(directory.resolve(OPTIMISER)).tensors());
  }

  private static State readState(Path file) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(file), State.class);
    } catch (JacksonException e) {
      throw new IOException("%s: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  private static void require(String name, Object actual, Object expected) {
    if (!actual.equals(expected)) {
      throw new IllegalArgumentException(
          "checkpoint's %s: %s (expected: %s)".formatted(name, actual, expected));
    }
  }
}
