package dev.athanor.embedding.trial;

/// What a trial measured.
///
/// @param loadMillis from the file to a session that has been warmed up
/// @param forwardMillis a forward pass of one input, the median of some
/// @param memoryBytes by which the process grew, at its largest
record Figures(long loadMillis, double forwardMillis, long memoryBytes) {}
