package dev.athanor.embedding.index;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.athanor.embedding.segment.Search;
import dev.athanor.embedding.segment.Similarity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An index as callers see it.
///
/// @param model `name@version` that embeds images and texts for it
/// @param hnsw null where search is exact
/// @param deleted entries that still take room, until their segments are merged
/// @param generation grows with every change that was written
@JsonInclude(JsonInclude.Include.NON_NULL)
record IndexDocument(
    String name,
    @Nullable String model,
    int dimensions,
    Similarity similarity,
    Search search,
    @Nullable Hnsw hnsw,
    State state,
    long entries,
    long deleted,
    int segments,
    long bytes,
    long generation,
    Instant createdAt,
    Instant changedAt) {

  record Hnsw(int m, int efConstruction) {}

  enum State {
    EMPTY,
    READY,
    /// Nothing can be added before something is deleted.
    FULL
  }

  static IndexDocument of(IndexRow row, IndexProperties bounds) {
    var space = row.space();
    return new IndexDocument(
        row.name(),
        row.model(),
        space.dimensions(),
        space.similarity(),
        space.search(),
        space.search() == Search.HNSW
            ? new Hnsw(space.connections(), space.efConstruction())
            : null,
        state(row, bounds),
        row.entries(),
        row.deleted(),
        row.segments(),
        row.bytes(),
        row.generation(),
        row.createdAt(),
        row.changedAt());
  }

  private static State state(IndexRow row, IndexProperties bounds) {
    if (row.entries() >= bounds.entries() || row.bytes() >= bounds.bytes().toBytes()) {
      return State.FULL;
    }
    return row.entries() == 0 ? State.EMPTY : State.READY;
  }
}
