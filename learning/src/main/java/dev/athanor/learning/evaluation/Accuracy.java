package dev.athanor.learning.evaluation;

/// The share of right predictions.
final class Accuracy {

  private Accuracy() {}

  static double of(int[] predicted, int[] truth) {
    var right = 0;
    for (var i = 0; i < truth.length; i++) {
      right += predicted[i] == truth[i] ? 1 : 0;
    }
    return (double) right / truth.length;
  }
}
