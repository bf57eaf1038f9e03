package dev.athanor.embedding.job;

import org.jspecify.annotations.Nullable;

/// A sample and its vector.
///
/// @param id its split and key
/// @param vector (D)
@SuppressWarnings("ArrayRecordComponent") // written out, never compared
record Embedded(String id, String split, @Nullable Integer label, float[] vector) {}
