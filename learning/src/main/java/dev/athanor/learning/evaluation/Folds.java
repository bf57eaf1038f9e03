package dev.athanor.learning.evaluation;

import java.util.Arrays;
import java.util.Comparator;

/// Labelled rows dealt to folds, of which one after the other is held out to choose by.
final class Folds {

  private Folds() {}

  /// The fold of each row: every class spread over all folds, which rows at random.
  static int[] of(int[] labels, int folds, long seed) {
    var dealt =
        Arrays.stream(LabelSubset.permutation(labels.length, seed))
            .boxed()
            .sorted(Comparator.comparing(i -> labels[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    var fold = new int[labels.length];
    for (var i = 0; i < dealt.length; i++) {
      fold[dealt[i]] = i % folds;
    }
    return fold;
  }
}
