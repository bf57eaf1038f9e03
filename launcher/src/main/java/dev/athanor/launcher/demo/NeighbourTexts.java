package dev.athanor.launcher.demo;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Some texts, each with those that lie nearest to it by the cosine of their embeddings.
record NeighbourTexts(List<Item> items) {
  private static final int WIDTH = 96;

  record Item(String text, float[] embedding, String label) {}

  void print(PrintWriter out, int queries, int neighbours) {
    for (int query = 0; query < Math.min(queries, items.size()); query++) {
      out.println("  " + line(items.get(query)));
      for (var near : nearest(query, neighbours)) {
        out.println("      " + line(near));
      }
    }
  }

  private List<Item> nearest(int query, int neighbours) {
    var asked = items.get(query).embedding();
    return IntStream.range(0, items.size())
        .filter(i -> i != query)
        .mapToObj(items::get)
        .sorted(Comparator.comparing(item -> -cosine(asked, item.embedding())))
        .limit(neighbours)
        .toList();
  }

  private static String line(Item item) {
    var text = item.text().strip().replaceAll("\\s+", " ");
    var cut = text.length() > WIDTH ? text.substring(0, WIDTH - 1) + "…" : text;
    return item.label().isEmpty() ? cut : "%-12s %s".formatted(item.label(), cut);
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      squaresA += a[i] * a[i];
      squaresB += b[i] * b[i];
    }
    return product / Math.sqrt(squaresA * squaresB);
  }
}
