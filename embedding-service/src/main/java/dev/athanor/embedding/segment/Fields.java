package dev.athanor.embedding.segment;

/// The fields of a Lucene document.
final class Fields {
  static final String ID = "id";
  static final String VECTOR = "vector";
  static final String LABEL = "label";
  static final String LABELS = "labels";
  static final String PAYLOAD = "payload";

  private Fields() {}

  /// One term for a label and its value; labels' names hold no `=`.
  static String label(String label, String value) {
    return label + "=" + value;
  }
}
