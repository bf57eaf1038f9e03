package dev.athanor.trainer.spec;

import com.fasterxml.jackson.annotation.JsonValue;

/// A way to find out how good an encoder is.
public enum EvaluationMethod {
  /// The labels of the nearest embeddings vote.
  KNN("knn"),
  /// Logistic regression on frozen embeddings, its penalty chosen on held-out training labels.
  LINEAR_PROBE("linear-probe"),
  /// Logistic regression on TF-IDF of the words, with no encoder at all: what an encoder of texts
  /// must be compared with.
  TF_IDF("tf-idf"),
  /// A linear head on the encoder, all of it trained from the published weights.
  FINE_TUNE("fine-tune"),
  /// The same network trained from random weights.
  FROM_SCRATCH("from-scratch");

  private final String word;

  EvaluationMethod(String word) {
    this.word = word;
  }

  /// As documents and tables have it.
  @JsonValue
  @Override
  public String toString() {
    return word;
  }
}
