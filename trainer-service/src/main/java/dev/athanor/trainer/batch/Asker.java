package dev.athanor.trainer.batch;

import org.jspecify.annotations.Nullable;

/// In whose name batches are asked for.
///
/// @param fence of the lease on the run; answers to older ones are dropped
/// @param build the augmenter build that made the run's first batch, and must make all others; null
///   until it is known
public record Asker(String run, long fence, @Nullable String build) {}
