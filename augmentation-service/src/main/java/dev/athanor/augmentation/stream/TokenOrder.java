package dev.athanor.augmentation.stream;

import dev.athanor.augmentation.shard.StoredSplit;
import dev.athanor.augmentation.token.TokenSplit;
import dev.athanor.augmentation.view.TokenViews;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A batch of rows of tokens.
record TokenOrder(long seed, StoredSplit split, TokenSplit tokens, BatchPlan plan, TokenViews views)
    implements Order {
  /// Rows in a chunk of the epoch's order, where they are blocks.
  static final int CHUNK = 64;

  private static final long WINDOW_TOKENS = 16L << 20;
  private static final int SMALLEST_WINDOW = 16;
  private static final int LARGEST_WINDOW = 4096;

  /// The most chunks of blocks that the epoch's order mixes at a time.
  static int window(int length) {
    return (int) Math.clamp(WINDOW_TOKENS / CHUNK / length, SMALLEST_WINDOW, LARGEST_WINDOW);
  }

  /// Bytes of a batch of so many rows.
  static long bytes(int rows, TokenViews views) {
    return (long) rows * views.length() * Integer.BYTES * (views.targets() ? 2 : 1);
  }

  @Override
  public int bytes() {
    return Math.toIntExact(bytes(plan.samples().length, views));
  }

  @Override
  public MadeBatch make() {
    var rows = plan.samples();
    var payload = ByteBuffer.allocate(bytes()).order(ByteOrder.LITTLE_ENDIAN);
    var numbers = payload.asIntBuffer();
    var lengths = new int[rows.length];
    var labels = new int[views.labels() ? rows.length : 0];
    var ids = new int[views.length()];
    var targets = new int[views.length()];
    for (int i = 0; i < rows.length; i++) {
      lengths[i] = views.render(read(rows[i]), seed, plan.epoch(), rows[i], ids, targets);
      numbers.put(i * views.length(), ids);
      if (views.targets()) {
        numbers.put((rows.length + i) * views.length(), targets);
      }
      if (labels.length > 0) {
        labels[i] = split.label(rows[i]);
      }
    }
    return new TokenBatch(
        rows.length, views.length(), views.targets(), payload.array(), lengths, labels);
  }

  private int[] read(long row) {
    if (!views.packed()) {
      return tokens.document(row, views.room());
    }
    long start = views.start(row);
    return tokens.read(start, (int) Math.min(views.length(), tokens.tokens() - start));
  }
}
