package dev.athanor.trainer.worker;

import dev.athanor.trainer.evaluation.EmbeddingRoom;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// How a worker works.
///
/// @param threads of the engine that trains; 0 for one a core
/// @param idle between two looks for a run to take
/// @param takes how many workers in a row may die over a run without getting anywhere before it
///   fails
/// @param tokens how long the tokens of a data set may get no further before a run that needs them
///   fails
/// @param embeddings bytes of heap that the embeddings of an evaluation may take; 0 for half of it
/// @param cells how long a figure's own training goes on between two checkpoints
/// @param scratch folder for files on their way; null for the system's
@ConfigurationProperties("athanor.trainer.worker")
record WorkerProperties(
    int threads,
    Duration idle,
    int takes,
    Duration tokens,
    DataSize embeddings,
    Duration cells,
    @Nullable Path scratch) {
  WorkerProperties {
    if (threads < 0
        || takes < 1
        || !idle.isPositive()
        || !tokens.isPositive()
        || embeddings.isNegative()
        || !cells.isPositive()) {
      throw new IllegalArgumentException(
          "athanor.trainer.worker: threads %d, takes %d, idle %s, tokens %s, embeddings %s, cells %s (expected: >= 0, >= 1, > 0, > 0, >= 0, > 0)"
              .formatted(threads, takes, idle, tokens, embeddings, cells));
    }
  }

  EmbeddingRoom room() {
    return embeddings.toBytes() == 0
        ? EmbeddingRoom.ofHeap()
        : new EmbeddingRoom(embeddings.toBytes());
  }

  int engineThreads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
