package dev.athanor.embedding.dataset;

import org.jspecify.annotations.Nullable;

/// One sample of a dataset version.
///
/// @param id its split and its key in the shard: `train/000017`
/// @param label its class number, null where it has none
/// @param content an image file, or UTF-8
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Sample(String id, String split, @Nullable Integer label, byte[] content) {}
