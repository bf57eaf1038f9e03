package dev.athanor.embedding.index;

import dev.athanor.embedding.segment.VectorSpace;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An index as the database knows it.
///
/// @param model `name@version` that embeds for it, null where callers bring vectors
/// @param generation of the newest snapshot, 0 where there is none
/// @param manifest the snapshot's key, null where there is none
record IndexRow(
    String id,
    String name,
    @Nullable String model,
    VectorSpace space,
    Instant createdAt,
    long generation,
    @Nullable String manifest,
    long entries,
    long deleted,
    int segments,
    long bytes,
    Instant changedAt) {}
