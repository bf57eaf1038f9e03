package dev.athanor.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.optimiser.OptimiserState;
import dev.athanor.learning.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/// One training run's network and optimiser state, in native memory that it owns until it is
/// closed.
///
/// For one thread at a time. Everything is deterministic: the same spec, batches and number of
/// threads give bit-identical weights, also when the run was saved and restored in between.
public final class TrainingSession implements AutoCloseable {

  private final TrainingSpec spec;
  private final NDManager manager;
  private final Weights weights;
  private final OptimiserState optimiserState;
  private final Forward encoder;
  private final Forward head;
  private final ImageInput input;
  private long nextStep;

  private TrainingSession(TrainingSpec spec, Checkpoint start, NDManager manager) {
    var encoderNetwork = spec.encoder().network();
    var headNetwork = spec.objective().head(encoderNetwork.dimensions());
    this.spec = spec;
    this.manager = manager;
    this.weights = new Weights(List.of(encoderNetwork, headNetwork), start.weights(), manager);
    this.optimiserState =
        start.nextStep() == 0
            ? new OptimiserState(spec.optimiser(), weights, manager)
            : new OptimiserState(spec.optimiser(), weights, start.optimiser(), manager);
    this.encoder = new Forward(encoderNetwork, weights);
    this.head = new Forward(headNetwork, weights);
    this.input = new ImageInput(spec.normalisation(), manager);
    this.nextStep = start.nextStep();
  }

  /// A run before its first step.
  public static TrainingSession create(TrainingSpec spec) {
    return open(spec, new Checkpoint(0, initialWeights(spec), Map.of()));
  }

  /// A run as [#save] left it.
  ///
  /// @param directory as given to [#save]
  /// @throws IllegalArgumentException if the checkpoint is of another spec
  /// @throws IOException if a file is missing, unreadable or malformed
  public static TrainingSession restore(TrainingSpec spec, Path directory) throws IOException {
    return open(spec, Checkpoint.read(directory, spec));
  }

  private static TrainingSession open(TrainingSpec spec, Checkpoint start) {
    var manager = Torch.newManager();
    try {
      return new TrainingSession(spec, start, manager);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static SortedMap<String, Tensor> initialWeights(TrainingSpec spec) {
    var encoder = spec.encoder().network();
    var tensors = new TreeMap<>(Initialiser.tensors(encoder, spec.seed()));
    tensors.putAll(Initialiser.tensors(spec.objective().head(encoder.dimensions()), spec.seed()));
    return tensors;
  }

  /// One forward pass over all views, one backward pass, one move of the weights.
  ///
  /// @throws IllegalArgumentException if the batch does not fit the spec
  /// @throws IllegalStateException if the run is finished
  /// @throws DivergedException if the loss is not a finite number; the weights have not moved then
  public Step step(ImageBatch batch) {
    if (finished()) {
      throw new IllegalStateException(
          "step %d: the run has only %d steps".formatted(nextStep, spec.steps()));
    }
    requireFit(batch);
    var begin = System.nanoTime();
    var learningRate = spec.optimiser().learningRate() * spec.schedule().factor(nextStep);
    var loss = Torch.withoutGradient(() -> move(batch, learningRate));
    return new Step(nextStep++, loss, learningRate, Duration.ofNanos(System.nanoTime() - begin));
  }

  private double move(ImageBatch batch, double learningRate) {
    try (var scratch = manager.newSubManager()) {
      var images = input.load(batch, scratch); // (views × N, C, H, W)
      var labels = batch.labels() == null ? null : input.labels(batch.labels(), scratch); // (N)
      var loss =
          Torch.differentiate(
              () -> spec.objective().loss(head.run(encoder.run(images, true), true), labels));
      var value = loss.getFloat();
      if (!Float.isFinite(value)) {
        throw new DivergedException(nextStep, value);
      }
      optimiserState.step(learningRate, spec.gradientClip(), scratch);
      return value;
    }
  }

  /// The number of the step that comes next, which is the number of steps done and the index of the
  /// batch that it wants.
  public long nextStep() {
    return nextStep;
  }

  public boolean finished() {
    return nextStep >= spec.steps();
  }

  public TrainingSpec spec() {
    return spec;
  }

  /// Writes `weights.safetensors`, `optimiser.safetensors` and `state.json` into `directory`, which
  /// is made if it does not exist. Training goes on undisturbed.
  public void save(Path directory) throws IOException {
    new Checkpoint(nextStep, weights(), optimiserState.tensors()).write(directory, spec);
  }

  /// The representations h of all views, (views × samples,
  /// [dimensions][dev.athanor.learning.encoder.ResNet#dimensions]), with the batch normalisation's
  /// running statistics. Any number of samples; training goes on undisturbed.
  public float[][] encode(ImageBatch batch) {
    return evaluate(batch, (encoder, _) -> encoder);
  }

  /// What comes out of the objective's head: z for SimCLR, logits for the supervised baseline.
  /// Otherwise as [#encode].
  public float[][] project(ImageBatch batch) {
    return evaluate(batch, (encoder, _) -> head.run(encoder, false));
  }

  private float[][] evaluate(ImageBatch batch, BiFunction<NDArray, NDManager, NDArray> then) {
    return Torch.withoutGradient(
        () -> {
          try (var scratch = manager.newSubManager()) {
            var h = encoder.run(input.load(batch, scratch), false);
            return rows(then.apply(h, scratch));
          }
        });
  }

  /// A copy of all weights and statistics, of encoder (named as
  /// [dev.athanor.learning.encoder.ResNet] says) and head (`head.…`).
  public SortedMap<String, Tensor> weights() {
    return weights.tensors();
  }

  /// A copy of the encoder's weights and statistics alone.
  public SortedMap<String, Tensor> encoderWeights() {
    var names = new HashSet<String>();
    spec.encoder().network().parameters().forEach(parameter -> names.add(parameter.name()));
    var tensors = weights();
    tensors.keySet().retainAll(names);
    return tensors;
  }

  /// Frees all native memory. Closing twice does no harm.
  @Override
  public void close() {
    manager.close();
  }

  private void requireFit(ImageBatch batch) {
    if (batch.views() != spec.objective().views()) {
      throw new IllegalArgumentException(
          "batch: %d views (expected: %d)".formatted(batch.views(), spec.objective().views()));
    }
    spec.objective().check(batch.labels());
  }

  private static float[][] rows(NDArray matrix) {
    var columns = Math.toIntExact(matrix.getShape().get(1));
    var rows = new float[Math.toIntExact(matrix.getShape().get(0))][columns];
    var values = matrix.toByteBuffer().asFloatBuffer();
    for (var row : rows) {
      values.get(row);
    }
    return rows;
  }
}
