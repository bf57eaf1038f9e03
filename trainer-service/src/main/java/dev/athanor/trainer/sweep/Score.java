package dev.athanor.trainer.sweep;

import org.jspecify.annotations.Nullable;

/// What a metric is in one cell; null where it has none yet.
///
/// @param last the newest
/// @param best while it trained
record Score(@Nullable Double last, @Nullable Double best) {
  static final Score NONE = new Score(null, null);
}
