package dev.athanor.augmentation.dataset;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Manifests in memory, the least recently used dropped first. They are bounded in number and by
/// their samples, of which each takes 16 bytes; the last one stays whatever its size. Safe for many
/// threads.
final class OpenedVersions {
  private static final int MOST = 16;

  private final long mostSamples;
  private final LinkedHashMap<String, ReadyDataset> versions =
      new LinkedHashMap<>(MOST, 0.75f, true);

  OpenedVersions(long mostSamples) {
    this.mostSamples = mostSamples;
  }

  synchronized @Nullable ReadyDataset get(String prefix) {
    return versions.get(prefix);
  }

  synchronized void put(String prefix, ReadyDataset version) {
    versions.put(prefix, version);
    while (versions.size() > MOST || (versions.size() > 1 && samples() > mostSamples)) {
      versions.pollFirstEntry();
    }
  }

  private long samples() {
    return versions.values().stream().mapToLong(ReadyDataset::samples).sum();
  }
}
