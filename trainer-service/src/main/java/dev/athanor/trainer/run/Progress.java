package dev.athanor.trainer.run;

import org.jspecify.annotations.Nullable;

/// How far a run is; shown, and never used to resume.
///
/// @param step steps done
/// @param phase what is going on, for people
public record Progress(
    long step,
    long totalSteps,
    int epoch,
    @Nullable Double loss,
    double learningRate,
    double imagesPerSecond,
    double etaSeconds,
    String phase) {}
