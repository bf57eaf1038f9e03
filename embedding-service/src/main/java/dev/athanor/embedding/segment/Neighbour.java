package dev.athanor.embedding.segment;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What a search found.
///
/// @param score the cosine, the inner product or the distance
/// @param payload JSON as it was given
public record Neighbour(
    String id, double score, SortedMap<String, String> labels, @Nullable String payload) {}
