package dev.athanor.trainer.evaluation;

/// How much of the heap an evaluation may take for what it holds at once: the embeddings of queries
/// and bank, or their texts.
///
/// @param bytes of heap
public record EmbeddingRoom(long bytes) {
  /// The rows themselves, and the standardised ones that a linear probe is fitted to.
  private static final int COPIES = 2;

  /// Of an array beside its numbers, with the reference to it.
  private static final int BESIDE = 24;

  /// A text, and what is counted of its words: a number and its column for each.
  private static final int BYTES_PER_CHARACTER = 4;

  /// Half of what this process may have.
  public static EmbeddingRoom ofHeap() {
    return new EmbeddingRoom(Runtime.getRuntime().maxMemory() / 2);
  }

  /// So many embeddings fit, of queries and bank together.
  int rows(int dimensions) {
    return (int) Math.min(Integer.MAX_VALUE, bytes / bytes(1, dimensions));
  }

  /// What `rows` embeddings take.
  static long bytes(long rows, int dimensions) {
    return rows * COPIES * ((long) Float.BYTES * dimensions + BESIDE);
  }

  /// So many characters of a split's texts fit, beside those of the other split.
  long characters() {
    return bytes / 2 / BYTES_PER_CHARACTER;
  }
}
