package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.format.Storable;
import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The names of a dataset's classes; a label is a name's place in their order. Names that are all
/// whole numbers are ordered as numbers, others as text.
final class Classes {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
  private static final int MOST = 100_000;
  private static final int LONGEST_NAME = 200;

  private final Set<String> names = new HashSet<>();

  void add(String where, String name) {
    if (name.length() > LONGEST_NAME) {
      throw Problem.unprocessable(
          "%s: class %s: %d characters (expected: at most %d)"
              .formatted(where, Problem.quote(name), name.length(), LONGEST_NAME));
    }
    if (!Storable.isStorable(name)) {
      throw Problem.unprocessable(
          "%s: class %s: a control character or half a surrogate pair in it (expected: Unicode text)"
              .formatted(where, Problem.quote(name)));
    }
    if (names.add(name) && names.size() > MOST) {
      throw Problem.unprocessable(
          "%s: more than %d classes (expected: fewer)".formatted(where, MOST));
    }
  }

  Labels labels() {
    var sorted = new ArrayList<>(names);
    boolean numbers = names.stream().allMatch(name -> NUMBER.matcher(name).matches());
    sorted.sort(
        numbers
            ? Comparator.<String>comparingLong(Long::parseLong)
                .thenComparing(Comparator.naturalOrder())
            : Comparator.naturalOrder());
    var places = new HashMap<String, Integer>();
    for (int i = 0; i < sorted.size(); i++) {
      places.put(sorted.get(i), i);
    }
    return new Labels(List.copyOf(sorted), places);
  }

  /// @param names in order
  /// @param places of the names
  record Labels(List<String> names, Map<String, Integer> places) {
    /// The class number; -1 for none.
    int of(@Nullable String name) {
      return name == null ? -1 : places.getOrDefault(name, -1);
    }
  }
}
