package dev.athanor.learning.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Documents as the words that are in them, rare ones counting for more: tf × (ln((1 + n) / (1 +
/// df)) + 1) of each word, then each document at unit length (Manning, Raghavan and Schütze 2008,
/// section 6.2, smoothed as scikit-learn's `TfidfVectorizer` does). A word is two letters or digits
/// or more, in lower case.
///
/// @param columns the place of each known word; of others nothing is known
/// @param weights a column: how much a word counts
@SuppressWarnings("ArrayRecordComponent") // never compared
record TfIdf(Map<String, Integer> columns, double[] weights) {

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}_]{2,}");

  /// The words of `documents` and how many of these each is in.
  static TfIdf of(List<String> documents) {
    var containing = new TreeMap<String, Integer>();
    for (var document : documents) {
      counts(document).keySet().forEach(word -> containing.merge(word, 1, Integer::sum));
    }
    var columns = new TreeMap<String, Integer>();
    var weights = new double[containing.size()];
    for (var word : containing.entrySet()) {
      var column = columns.size();
      columns.put(word.getKey(), column);
      weights[column] = Math.log((1.0 + documents.size()) / (1.0 + word.getValue())) + 1;
    }
    return new TfIdf(columns, weights);
  }

  /// Unknown words are left out; a document of nothing else is empty.
  List<SparseRow> apply(List<String> documents) {
    return documents.stream().map(this::apply).toList();
  }

  private SparseRow apply(String document) {
    var known = new TreeMap<Integer, Double>();
    counts(document)
        .forEach(
            (word, count) -> {
              var column = columns.get(word);
              if (column != null) {
                known.put(column, count * weights[column]);
              }
            });
    var row =
        new SparseRow(
            known.keySet().stream().mapToInt(Integer::intValue).toArray(),
            known.values().stream().mapToDouble(Double::doubleValue).toArray());
    return row.unit();
  }

  private static Map<String, Integer> counts(String document) {
    var counts = new TreeMap<String, Integer>();
    var words = WORD.matcher(document.toLowerCase(Locale.ROOT));
    while (words.find()) {
      counts.merge(words.group(), 1, Integer::sum);
    }
    return counts;
  }
}
