package dev.athanor.augmentation.lease;

import java.util.Map;

/// A row whose work is somebody's for a while.
public interface Claimed {
  /// The columns by which the row is found, and their values.
  Map<String, Object> key();

  /// Higher than that of every earlier claim; a write that names a lower one is refused.
  long fence();

  /// 1, 2, 3 …
  int attempt();
}
