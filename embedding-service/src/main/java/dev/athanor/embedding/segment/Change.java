package dev.athanor.embedding.segment;

import java.util.List;

/// What is done to an index, whole or not at all.
public sealed interface Change {
  /// Adds entries; one whose id is there already takes its place.
  record Upsert(List<Entry> entries) implements Change {}

  /// Deletes entries; ids that are not there are passed over.
  record Delete(List<String> ids) implements Change {}

  /// Deletes every entry that fits.
  record DeleteMatching(Filter filter) implements Change {}
}
