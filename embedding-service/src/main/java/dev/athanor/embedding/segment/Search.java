package dev.athanor.embedding.segment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// How neighbours are found.
public enum Search {
  /// Through a graph, in about logarithmic time, missing few of them. Malkov & Yashunin 2016,
  /// https://arxiv.org/abs/1603.09320.
  HNSW,
  /// By comparing with every vector, missing none. No graph is built.
  EXACT;

  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
