package dev.athanor.embedding.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A job as its row tells it. Everything that shapes its output was fixed when it was made.
///
/// @param model `name@version`
/// @param split null for all
/// @param partSamples of every part but the last
/// @param total samples
/// @param done samples that were embedded; those of whole parts once another takes over
/// @param rate samples a second in the attempt that is under way, 0 before it is known
record Job(
    String id,
    JobState state,
    @Nullable String reason,
    boolean cancelRequested,
    String model,
    int dimensions,
    String dataset,
    int version,
    @Nullable String split,
    JobFormat format,
    int partSamples,
    long total,
    long done,
    double rate,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt) {}
