package dev.athanor.augmentation.stream;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.StoredSplit;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.contracts.batch.Selection;
import dev.athanor.platform.error.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Draws what selections are the beginnings of. Balanced orders, which are made at one go, are kept
/// for the batches that follow. Safe for many threads.
final class DrawnOrders {
  private static final int KEPT = 8;

  /// Keeps a selection apart from the other orders that are drawn from one seed.
  private static final long SELECTED = 3;

  private final Map<Key, BalancedOrder> kept =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, BalancedOrder> eldest) {
          return size() > KEPT;
        }
      };

  private record Key(String dataset, int version, String split, long seed) {}

  /// Of the request's selection; null where it has none.
  ///
  /// @param rows as many as there are to select from
  /// @param labelled whose samples the rows are; null where rows have no labels
  @Nullable DrawnOrder of(
      BatchRequest request, Manifest manifest, long rows, @Nullable StoredSplit labelled) {
    if (!request.hasSelection() || rows == 0) {
      return null;
    }
    var selection = request.getSelection();
    return selection.getBalanced()
        ? balanced(request, manifest, labelled)
        : permutation(rows, selection);
  }

  private static Permutation permutation(long rows, Selection selection) {
    return new Permutation(rows, Mixing.hash(selection.getSeed(), SELECTED));
  }

  private synchronized BalancedOrder balanced(
      BatchRequest request, Manifest manifest, @Nullable StoredSplit split) {
    if (split == null) {
      throw Problem.unprocessable("selection.balanced: true (expected: false, of blocks)");
    }
    var selection = request.getSelection();
    var key =
        new Key(manifest.dataset(), manifest.version(), request.getSplit(), selection.getSeed());
    return kept.computeIfAbsent(
        key,
        missing ->
            BalancedOrder.of(
                Math.toIntExact(split.samples()),
                split::label,
                permutation(split.samples(), selection),
                selection.getSeed()));
  }
}
