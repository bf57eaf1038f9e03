package dev.athanor.trainer.spec;

import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.name.Names;
import org.jspecify.annotations.Nullable;

/// Everything that a caller says about a run. `defaults.yml` fills in what they left out, so that
/// here nothing is missing.
///
/// @param name the model that the run publishes to
/// @param seed of weights, order and augmentations
/// @param initial the published encoder that the run goes on from; null for random weights
/// @param augmentation of images; null on texts
/// @param text how texts become tokens; null on images
/// @param batch samples a step
/// @param gradientClip the largest global norm of the gradient, or null for no clipping
public record RunSpec(
    String name,
    DatasetReference dataset,
    long seed,
    ObjectiveSpec objective,
    EncoderSpec encoder,
    @Nullable InitialSpec initial,
    @Nullable AugmentationSettings augmentation,
    @Nullable TextSpec text,
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
    if (gradientClip != null) {
      Checks.positive("gradientClip", gradientClip);
    }
    if (objective instanceof ClmSpec) {
      // The language model is published beside the encoder, under a name of its own.
      Names.check("name", ClmSpec.languageModel(name));
    }
    Checks.that(
        objective.encoders().contains(encoder.kind()),
        "encoder.kind",
        encoder.kind(),
        "%s, which %s trains"
            .formatted(String.join(" or ", objective.encoders()), objective.kind()));
    boolean texts = encoder.medium() == Medium.TEXTS;
    checkOnly("augmentation", augmentation, !texts, encoder);
    checkOnly("text", text, texts, encoder);
  }

  private static void checkOnly(
      String field, @Nullable Object value, boolean wanted, EncoderSpec encoder) {
    var reads = "for %s reads %s".formatted(encoder.kind(), encoder.medium().word());
    Checks.that(!wanted || value != null, field, "missing", "a value, " + reads);
    Checks.that(wanted || value == null, field, "given", "none, " + reads);
  }

  /// Whether the run trains an output map that is not the encoder's table, so that going on from an
  /// encoder's language model takes more than the encoder's weights.
  public boolean hasOutputMap() {
    return objective instanceof ClmSpec
        && encoder instanceof CausalTransformerSpec causal
        && Boolean.FALSE.equals(causal.tied());
  }

  /// What the run is on.
  public Medium medium() {
    return encoder.medium();
  }

  /// The same, with what the data set decides: its version, and the size of a view where the caller
  /// named none; and the encoder's usual context where the caller named none.
  public RunSpec pinnedTo(int version, int usualViewSize) {
    return new RunSpec(
        name,
        new DatasetReference(dataset.name(), version),
        seed,
        objective,
        encoder,
        initial,
        augmentation == null ? null : augmentation.sized(usualViewSize),
        text != null && encoder instanceof TextEncoderSpec reader
            ? text.sized(reader.usualContext())
            : text,
        batch,
        optimiser,
        schedule,
        gradientClip,
        training,
        checkpoint,
        evaluation);
  }
}
