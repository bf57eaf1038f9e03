package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which columns of a table, or fields of JSON lines, hold the text and the label. A whole number
/// stands for a place, counted from 1, in a table without a header.
///
/// @param text null: `text`
/// @param label null: `label`, where there is one
public record Columns(@Nullable String text, @Nullable String label) {
  /// What a caller gets who chooses nothing.
  public static final Columns DEFAULT = new Columns(null, null);

  private static final int LONGEST = 200;

  public Columns {
    check("columns.text", text);
    check("columns.label", label);
    if (text != null && text.equals(label)) {
      throw Problem.badRequest(
          "columns.label: %s (expected: another column than columns.text)"
              .formatted(Problem.quote(label)));
    }
  }

  /// Whether the caller chose, and so says that the files are tables or JSON lines.
  boolean chosen() {
    return text != null || label != null;
  }

  String textName() {
    return text == null ? "text" : text;
  }

  String labelName() {
    return label == null ? "label" : label;
  }

  /// A column that is not there, with those that are.
  static Problem unknown(String where, String name, List<String> columns, String advice) {
    return Problem.unprocessable(
        "%s: no column %s (expected: one of %s%s)"
            .formatted(
                where,
                Problem.quote(name),
                columns.stream().limit(50).map(Problem::quote).collect(Collectors.joining(", ")),
                advice));
  }

  private static void check(String what, @Nullable String name) {
    if (name != null && (name.isBlank() || name.length() > LONGEST || !Storable.isStorable(name))) {
      throw Problem.badRequest(
          "%s: %s (expected: a name of 1 to %d characters, none of them a control character)"
              .formatted(what, Problem.quote(name), LONGEST));
    }
  }
}
