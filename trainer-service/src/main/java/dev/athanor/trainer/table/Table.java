package dev.athanor.trainer.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;

/// Rows of text under headings.
///
/// @param rows each as long as the headings
public record Table(List<String> headings, List<List<String>> rows) {
  public Table {
    headings = List.copyOf(headings);
    rows = rows.stream().map(List::copyOf).toList();
    for (var row : rows) {
      if (row.size() != headings.size()) {
        throw new IllegalArgumentException(
            "row: %s (expected: %d columns)".formatted(row, headings.size()));
      }
    }
  }

  /// As GitHub and most others read it.
  public String markdown() {
    var text = new StringBuilder(line(headings));
    text.append("|").append("---|".repeat(headings.size())).append("\n");
    rows.forEach(row -> text.append(line(row)));
    return text.toString();
  }

  private static String line(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|").replaceAll("\\R", " "))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /// RFC 4180.
  public String csv() {
    var text = new StringBuilder();
    try (var printer = CSVFormat.RFC4180.print(text)) {
      printer.printRecord(headings);
      printer.printRecords(rows);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }
}
