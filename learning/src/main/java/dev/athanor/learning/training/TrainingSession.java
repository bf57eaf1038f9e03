package dev.athanor.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.BatchLoader;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.objective.Noise;
import dev.athanor.learning.objective.Pass;
import dev.athanor.learning.objective.Vae;
import dev.athanor.learning.optimiser.OptimiserState;
import dev.athanor.learning.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One training run's networks and optimiser state, in native memory that it owns until it is
/// closed.
///
/// For one thread at a time. Everything is deterministic: the same spec, batches and number of
/// threads give bit-identical weights, also when the run was saved and restored in between.
public final class TrainingSession implements AutoCloseable {

  private final TrainingSpec spec;
  private final Encoder published;
  private final NDManager manager;
  private final Weights weights;
  private final @Nullable Target target;
  private final OptimiserState optimiserState;
  private final BatchLoader loader;
  private long nextStep;

  private TrainingSession(TrainingSpec spec, Checkpoint start, NDManager manager) {
    this.spec = spec;
    this.published = spec.objective().published(spec.encoder());
    this.manager = manager;
    this.weights = new Weights(spec.parameters(), start.weights(), manager);
    this.target =
        spec.target().map(average -> new Target(average, start.target(), manager)).orElse(null);
    this.optimiserState =
        start.nextStep() == 0
            ? new OptimiserState(spec.optimiser(), weights, manager)
            : new OptimiserState(spec.optimiser(), weights, start.optimiser(), manager);
    this.loader = new BatchLoader(spec.normalisation(), manager);
    this.nextStep = start.nextStep();
  }

  /// A run before its first step.
  public static TrainingSession create(TrainingSpec spec) {
    return open(spec, start(spec, Initialiser.tensors(spec.parameters(), spec.seed())));
  }

  /// A run before its first step that goes on from weights of its encoder, and of as many of its
  /// objective's networks as there are; what is not given starts as in any run.
  ///
  /// @param given such as an imported model's, or another run's [#encoderWeights]
  /// @throws IllegalArgumentException if a tensor is of no parameter, of another shape, or one of
  ///   the encoder's is missing
  public static TrainingSession create(TrainingSpec spec, Map<String, Tensor> given) {
    for (var parameter : spec.encoder().parameters()) {
      Tensor.named(parameter.name(), parameter.shape(), given);
    }
    var weights = Initialiser.tensors(spec.parameters(), spec.seed());
    weights.putAll(given);
    return open(spec, start(spec, weights));
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

  private static Checkpoint start(TrainingSpec spec, SortedMap<String, Tensor> weights) {
    var target =
        spec.target()
            .map(average -> Target.start(average, weights))
            .orElse(Collections.emptySortedMap());
    return new Checkpoint(0, weights, target, Map.of());
  }

  /// One forward pass over all views, one backward pass, one move of the weights, and of the target
  /// after them. A batch that has nothing to learn from is a step too, in which nothing moves.
  ///
  /// @throws IllegalArgumentException if the batch does not fit the spec
  /// @throws IllegalStateException if the run is finished
  /// @throws DivergedException if the loss is not a finite number; the weights have not moved then
  public Step step(Batch batch) {
    if (finished()) {
      throw new IllegalStateException(
          "step %d: the run has only %d steps".formatted(nextStep, spec.steps()));
    }
    requireFit(batch);
    var begin = System.nanoTime();
    var learningRate = spec.optimiser().learningRate() * spec.schedule().factor(nextStep);
    var loss =
        spec.objective().learnsFrom(batch)
            ? Torch.withoutGradient(() -> move(batch, learningRate))
            : Double.NaN;
    return new Step(nextStep++, loss, learningRate, Duration.ofNanos(System.nanoTime() - begin));
  }

  private double move(Batch batch, double learningRate) {
    try (var scratch = manager.newSubManager()) {
      var pass = pass(batch, true, scratch);
      var loss = Torch.differentiate(() -> spec.objective().loss(pass));
      var value = loss.getFloat();
      if (!Float.isFinite(value)) {
        throw new DivergedException(nextStep, value);
      }
      optimiserState.step(learningRate, spec.gradientClip(), scratch);
      if (target != null) {
        target.follow(weights, nextStep, spec.steps());
      }
      return value;
    }
  }

  private Pass pass(Batch batch, boolean training, NDManager scratch) {
    return new Pass(
        spec.encoder(),
        loader.load(batch, scratch),
        weights,
        target == null ? null : target.weights(),
        training,
        spec.seed(),
        nextStep,
        scratch);
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

  /// What the run is for: the encoder whose output is the representation h.
  public Encoder encoder() {
    return published;
  }

  /// Writes `weights.safetensors`, `optimiser.safetensors`, `state.json` and, where the objective
  /// has a target, `target.safetensors` into `directory`, which is made if it does not exist.
  /// Training goes on undisturbed.
  public void save(Path directory) throws IOException {
    var slow = target == null ? Collections.<String, Tensor>emptyMap() : target.weights().tensors();
    new Checkpoint(nextStep, weights(), slow, optimiserState.tensors()).write(directory, spec);
  }

  /// The representations h of all views, (views × samples, [dimensions][Encoder#dimensions]), with
  /// the batch normalisation's running statistics. Any number of samples; training goes on
  /// undisturbed.
  public float[][] encode(Batch batch) {
    return evaluate(batch, pass -> rows(published.represent(pass.input(), pass.weights(), false)));
  }

  /// What comes out of the objective's networks: z for SimCLR, logits for the supervised baseline.
  /// Otherwise as [#encode].
  public float[][] project(Batch batch) {
    return evaluate(batch, pass -> rows(spec.objective().outputs(pass)));
  }

  /// The embeddings that the loss compares, where they lie beyond h: z for SimCLR and BYOL.
  /// Otherwise as [#encode].
  public Optional<float[][]> compared(Batch batch) {
    return evaluate(batch, pass -> spec.objective().compared(pass).map(TrainingSession::rows));
  }

  /// The objective's mean loss of a batch that is not trained on. Otherwise as [#encode].
  public double loss(Batch batch) {
    spec.objective().check(batch);
    return evaluate(batch, pass -> (double) spec.objective().loss(pass).getFloat());
  }

  /// The figures that the objective has of a batch beside its loss, by name. Otherwise as
  /// [#encode].
  public SortedMap<String, Double> figures(Batch batch) {
    return evaluate(batch, spec.objective()::figures);
  }

  /// Images that nobody took, (count, C × H × W) from 0 to 1, decoded from samples of the prior:
  /// the same ones after every step, so that they can be watched as they come to look like
  /// something.
  ///
  /// @throws IllegalStateException if the objective makes no images
  public float[][] samplesOfPrior(int count) {
    return switch (spec.objective()) {
      case Vae vae -> decode(vae, count);
      default ->
          throw new IllegalStateException(
              "objective: %s (expected: one that makes images)".formatted(spec.objective()));
    };
  }

  private float[][] decode(Vae vae, int count) {
    return Torch.withoutGradient(
        () -> {
          try (var scratch = manager.newSubManager()) {
            var z = Noise.standardNormal(spec.seed(), "prior", scratch, count, vae.latent());
            return rows(vae.decode(z, weights));
          }
        });
  }

  private <T> T evaluate(Batch batch, Function<Pass, T> then) {
    spec.encoder().check(batch);
    return Torch.withoutGradient(
        () -> {
          try (var scratch = manager.newSubManager()) {
            return then.apply(pass(batch, false, scratch));
          }
        });
  }

  /// A copy of all weights and statistics, of the encoder (named as it says) and of the objective's
  /// networks (`head.…` for SimCLR).
  public SortedMap<String, Tensor> weights() {
    return weights.tensors();
  }

  /// A copy of the weights and statistics of [#encoder] alone.
  public SortedMap<String, Tensor> encoderWeights() {
    var tensors = weights();
    tensors.keySet().retainAll(published.parameters().stream().map(Parameter::name).toList());
    return tensors;
  }

  /// Frees all native memory. Closing twice does no harm.
  @Override
  public void close() {
    manager.close();
  }

  private void requireFit(Batch batch) {
    if (batch.views() != spec.objective().views()) {
      throw new IllegalArgumentException(
          "batch: %d views (expected: %d)".formatted(batch.views(), spec.objective().views()));
    }
    spec.encoder().check(batch);
    spec.objective().check(batch);
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
