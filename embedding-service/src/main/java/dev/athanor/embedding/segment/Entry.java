package dev.athanor.embedding.segment;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One vector of an index.
///
/// @param vector (D), prepared by the space's similarity
/// @param labels to filter by
/// @param payload JSON that comes back with the entry and means nothing to us
@SuppressWarnings("ArrayRecordComponent") // written out, never compared
public record Entry(
    String id, float[] vector, SortedMap<String, String> labels, @Nullable String payload) {}
