package dev.athanor.trainer.spec;

import java.util.Locale;

/// What the samples of a data set are, and so what a run's networks read.
public enum Medium {
  IMAGES,
  TEXTS;

  /// As messages have it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
