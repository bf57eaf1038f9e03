package dev.athanor.learning.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The baseline that a text encoder must be compared with, since it needs none: [TfIdf] of the
/// training texts and multinomial logistic regression on it. The penalty is chosen as [LinearProbe]
/// does, on held-out training texts.
public final class WordClassifier {

  private static final int FOLDS = 5;

  /// Training labels up to which each fold is held out in turn.
  private static final int FEW = 2_000;

  /// What the sum of losses weighs against ½‖W‖², scikit-learn's `C`.
  private static final double[] STRENGTHS = {0.1, 1, 10, 100, 1_000};

  private static final Lbfgs LBFGS = new Lbfgs(100, 1e-5);

  private final TfIdf words;
  private final double[] weights;
  private final int classes;

  private WordClassifier(TfIdf words, double[] weights, int classes) {
    this.words = words;
    this.weights = weights;
    this.classes = classes;
  }

  /// @param labels (N), each >= 0
  /// @param seed of the split that chooses the penalty
  public static WordClassifier fit(List<String> texts, int[] labels, long seed) {
    if (texts.isEmpty() || texts.size() != labels.length) {
      throw new IllegalArgumentException(
          "labels: %d (expected: %d, one a text, and at least one)"
              .formatted(labels.length, texts.size()));
    }
    var classes = Arrays.stream(labels).max().orElseThrow() + 1;
    return fit(texts, labels, classes, choose(texts, labels, classes, seed));
  }

  private static WordClassifier fit(
      List<String> texts, int[] labels, int classes, double strength) {
    var words = TfIdf.of(texts);
    var regression =
        new SparseRegression(
            words.apply(texts),
            labels,
            words.weights().length,
            classes,
            1 / (2 * strength * labels.length));
    var weights = LBFGS.minimise(regression, new double[regression.size()]);
    return new WordClassifier(words, weights, classes);
  }

  private static double choose(List<String> texts, int[] labels, int classes, long seed) {
    if (labels.length < FOLDS) {
      return 1;
    }
    var fold = Folds.of(labels, FOLDS, seed);
    var right = new double[STRENGTHS.length];
    for (var held = 0; held < (labels.length <= FEW ? FOLDS : 1); held++) {
      var chosen = held;
      var training = IntStream.range(0, fold.length).filter(i -> fold[i] != chosen).toArray();
      var others = IntStream.range(0, fold.length).filter(i -> fold[i] == chosen).toArray();
      for (var s = 0; s < STRENGTHS.length; s++) {
        var tried = fit(pick(texts, training), pick(labels, training), classes, STRENGTHS[s]);
        right[s] += tried.accuracy(pick(texts, others), pick(labels, others)) * others.length;
      }
    }
    var best = 0;
    for (var s = 1; s < right.length; s++) {
      best = right[s] > right[best] ? s : best;
    }
    return STRENGTHS[best];
  }

  /// The share of `texts` whose class is predicted as in `truth`.
  public double accuracy(List<String> texts, int[] truth) {
    return Accuracy.of(predict(texts), truth);
  }

  /// The class of each text. Of equal logits the lower class wins.
  public int[] predict(List<String> texts) {
    return words.apply(texts).stream().mapToInt(this::predict).toArray();
  }

  private int predict(SparseRow row) {
    var logits = SparseRegression.logits(row, weights, classes);
    var largest = 0;
    for (var c = 1; c < classes; c++) {
      largest = logits[c] > logits[largest] ? c : largest;
    }
    return largest;
  }

  private static List<String> pick(List<String> texts, int[] which) {
    return Arrays.stream(which).mapToObj(texts::get).toList();
  }

  private static int[] pick(int[] labels, int[] which) {
    return Arrays.stream(which).map(i -> labels[i]).toArray();
  }
}
