package dev.athanor.trainer.lease;

import org.jspecify.annotations.Nullable;

/// What anybody can see of a lease: it is alive as long as this changes.
///
/// @param owner null where nobody holds it
public record Mark(String id, @Nullable String owner, long fence, long renewals) {}
