package dev.athanor.benchmarks.serving;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What each of several candidates did in each of several rounds.
final class Rounds {
  private final Map<String, List<Double>> found = new LinkedHashMap<>();

  void add(String candidate, double value) {
    found.computeIfAbsent(candidate, _ -> new ArrayList<>()).add(value);
  }

  double median(String candidate) {
    return Medians.of(found.getOrDefault(candidate, List.of()));
  }

  @Override
  public String toString() {
    return found.toString();
  }
}
