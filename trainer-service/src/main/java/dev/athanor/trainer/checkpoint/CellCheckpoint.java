package dev.athanor.trainer.checkpoint;

import dev.athanor.trainer.file.StoredFile;
import java.util.List;

/// A whole checkpoint of a cell.
///
/// @param owner the evaluation's id, or the run's
/// @param cell tells the owner's cells apart
/// @param step steps done, and so the next batch's index
/// @param fence of the lease that it was written under
/// @param seconds that training took so far
public record CellCheckpoint(
    String owner, String cell, long step, long fence, double seconds, List<StoredFile> files) {

  String prefix() {
    return prefix(owner, cell, step, fence);
  }

  static String prefix(String owner, String cell, long step, long fence) {
    return "%s/%s/%d-%d/".formatted(owner, cell, step, fence);
  }
}
