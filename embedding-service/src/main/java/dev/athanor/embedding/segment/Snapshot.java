package dev.athanor.embedding.segment;

import java.util.List;

/// One state of an index, written once as `manifest.json` after every file that it lists.
///
/// @param generation counts the index's states
/// @param luceneVersion that wrote the newest segment
/// @param entries that can be found
/// @param deleted that still take room in their segments
public record Snapshot(
    String index,
    long generation,
    String luceneVersion,
    long entries,
    long deleted,
    int segments,
    List<StoredFile> files) {
  public Snapshot {
    files = List.copyOf(files);
  }

  /// @param name that Lucene gave it
  /// @param key in the object store
  /// @param sha256 lower-case hexadecimal
  public record StoredFile(String name, String key, long bytes, String sha256) {}

  public long bytes() {
    return files.stream().mapToLong(StoredFile::bytes).sum();
  }
}
