package dev.athanor.embedding.dataset;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What embedding needs of a version's `manifest.json`.
///
/// @param kind `image` or `text`; versions from before there were texts do not say
@JsonIgnoreProperties(ignoreUnknown = true)
record StoredManifest(@Nullable String kind, List<Shard> shards) {

  /// @param offsets where each sample's image or text starts in the file
  /// @param sizes bytes of each
  /// @param labels class numbers, -1 for none
  @JsonIgnoreProperties(ignoreUnknown = true)
  @SuppressWarnings("ArrayRecordComponent") // compact for millions of samples, and never compared
  record Shard(String name, String split, long[] offsets, int[] sizes, int[] labels) {}
}
