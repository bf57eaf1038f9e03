package dev.athanor.embedding.job;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.athanor.platform.error.Problem;
import java.util.Locale;

/// What files vectors are written as.
enum JobFormat {
  PARQUET,
  NPY,
  BOTH;

  boolean parquet() {
    return this != NPY;
  }

  boolean npy() {
    return this != PARQUET;
  }

  @JsonValue
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  static JobFormat of(String word) {
    for (var format : values()) {
      if (format.word().equals(word)) {
        return format;
      }
    }
    throw Problem.badRequest(
        "format: %s (expected: parquet, npy or both)".formatted(Problem.quote(word)));
  }
}
