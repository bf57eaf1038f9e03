package dev.athanor.trainer.spec;

import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.name.Names;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Everything that a caller says about a run. `defaults.yml` fills in what they left out, so that
/// here nothing is missing.
///
/// @param name the model that the run publishes to
/// @param seed of weights, order and augmentations
/// @param initial the published encoder that the run goes on from; null for random weights
/// @param batch samples a step
/// @param gradientClip the largest global norm of the gradient, or null for no clipping
public record RunSpec(
    String name,
    DatasetReference dataset,
    long seed,
    ObjectiveSpec objective,
    EncoderSpec encoder,
    @Nullable InitialSpec initial,
    AugmentationSettings augmentation,
    int batch,
    OptimiserSpec optimiser,
    ScheduleSpec schedule,
    @Nullable Double gradientClip,
    Budget training,
    CheckpointSpec checkpoint,
    EvaluationSpec evaluation) {

  private static final int LARGEST_BATCH = 1 << 16;

  public RunSpec {
    Checks.present("name", name);
    Names.check("name", name);
    Checks.present("dataset", dataset);
    Checks.present("training", training);
    // A batch of one has no negatives to tell apart.
    Checks.that(
        batch >= 2 && batch <= LARGEST_BATCH, "batch", batch, ">= 2 and <= " + LARGEST_BATCH);
    Checks.present("evaluation", evaluation);
    Checks.that(
        !evaluation.projection()
            || objective instanceof SimClrSpec
            || objective instanceof ByolSpec,
        "evaluation.projection",
        true,
        "false, for only simclr and byol compare a projection");
    Checks.that(
        !(encoder instanceof LatentMeanSpec && objective instanceof VaeSpec),
        "objective.kind",
        "vae",
        "one without a latent mean of its own, for the encoder ends in one");
    if (gradientClip != null) {
      Checks.positive("gradientClip", gradientClip);
    }
  }

  /// Height and width of a view, which every stored spec has.
  public int viewSize() {
    return Objects.requireNonNull(augmentation.size(), "a stored spec has a size");
  }

  /// The same, with what the data set decides: its version, and the size of a view where the caller
  /// named none.
  public RunSpec pinnedTo(int version, int usualViewSize) {
    return new RunSpec(
        name,
        new DatasetReference(dataset.name(), version),
        seed,
        objective,
        encoder,
        initial,
        augmentation.sized(usualViewSize),
        batch,
        optimiser,
        schedule,
        gradientClip,
        training,
        checkpoint,
        evaluation);
  }
}
