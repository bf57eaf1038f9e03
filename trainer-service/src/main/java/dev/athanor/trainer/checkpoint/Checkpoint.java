package dev.athanor.trainer.checkpoint;

import dev.athanor.trainer.file.StoredFile;
import java.time.Instant;
import java.util.List;

/// A whole checkpoint.
///
/// @param step steps done, and so the next batch's index
/// @param fence of the lease that it was written under
public record Checkpoint(
    String run, long step, long fence, List<StoredFile> files, Instant createdAt) {

  /// As the object store and the card name it, `<step>-<fence>`.
  public String name() {
    return step + "-" + fence;
  }

  String prefix() {
    return prefix(run, step, fence);
  }

  static String prefix(String run, long step, long fence) {
    return "%s/%d-%d/".formatted(run, step, fence);
  }
}
