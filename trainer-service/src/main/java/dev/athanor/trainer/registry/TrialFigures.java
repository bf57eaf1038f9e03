package dev.athanor.trainer.registry;

/// What a trial measured.
///
/// @param loadMillis from the file to a session that can infer
/// @param forwardMillis a forward pass of one input, the median of some
/// @param memoryBytes by which the process that tried it grew, at its largest
record TrialFigures(long loadMillis, double forwardMillis, long memoryBytes) {}
