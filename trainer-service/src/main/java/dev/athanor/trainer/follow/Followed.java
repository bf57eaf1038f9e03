package dev.athanor.trainer.follow;

import java.util.List;

/// Where events are kept.
public interface Followed {

  boolean hasEnded(String id);

  /// Those behind `sequence`, in order.
  List<EventRow> after(String id, long sequence, int limit);
}
