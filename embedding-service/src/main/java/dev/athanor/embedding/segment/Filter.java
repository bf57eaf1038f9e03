package dev.athanor.embedding.segment;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;

/// Which entries are meant, by their labels.
///
/// @param anyOf by label, the values of which an entry has one; an entry fits when it does for
///   every label
public record Filter(Map<String, List<String>> anyOf) {
  public static final Filter NONE = new Filter(Map.of());

  public Filter {
    anyOf = Map.copyOf(anyOf);
  }

  public boolean isNone() {
    return anyOf.isEmpty();
  }

  Query query() {
    var all = new BooleanQuery.Builder();
    new TreeMap<>(anyOf)
        .forEach(
            (label, values) ->
                all.add(
                    new TermInSetQuery(
                        Fields.LABEL,
                        values.stream()
                            .map(value -> new BytesRef(Fields.label(label, value)))
                            .toList()),
                    Occur.FILTER));
    return all.build();
  }
}
