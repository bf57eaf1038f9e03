package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/// Tells what kind of text a file is by how it starts.
enum TextHead {
  CSV("a CSV table"),
  TSV("a TSV table"),
  JSON_LINES("JSON lines"),
  PLAIN("plain text");

  /// Fewer alike records may be prose.
  private static final int ENOUGH = 3;

  /// Of objects: no prose starts so.
  private static final Pattern JSON_ARRAY = Pattern.compile("\\s*\\[\\s*\\{");

  final String words;

  TextHead(String words) {
    this.words = words;
  }

  /// @param file its name, for messages
  /// @param head the file's first bytes
  /// @param whole whether they are all
  static TextHead of(String file, byte[] head, boolean whole, Columns columns) {
    var text = new String(head, StandardCharsets.UTF_8);
    var start = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (start.stripLeading().startsWith("{") && start.contains("\"")) {
      return JSON_LINES;
    }
    if (JSON_ARRAY.matcher(start).lookingAt()) {
      throw Problem.unprocessable(file + ": a JSON array (expected: one object a line)");
    }
    int end = start.lastIndexOf('\n');
    var lines = whole || end < 0 ? start : start.substring(0, end);
    var first = lines.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    if (columns.chosen()) {
      return first.indexOf('\t') >= 0 ? TSV : CSV;
    }
    if (isTable(lines, first, TableReader.Dialect.TSV, columns)) {
      return TSV;
    }
    return isTable(lines, first, TableReader.Dialect.CSV, columns) ? CSV : PLAIN;
  }

  /// A table's first record names the column, or its records are all alike.
  private static boolean isTable(
      String lines, String first, TableReader.Dialect dialect, Columns columns) {
    var header = records(first, dialect);
    if (header.size() == 1 && header.getFirst().toList().contains(columns.textName())) {
      return true;
    }
    var records = records(lines, dialect);
    return records.size() >= ENOUGH
        && records.getFirst().size() > 1
        && records.stream().allMatch(record -> record.size() == records.getFirst().size());
  }

  /// None where it cannot be read so.
  private static List<CSVRecord> records(String lines, TableReader.Dialect dialect) {
    try (var parser =
        CSVParser.builder().setReader(new StringReader(lines)).setFormat(dialect.format).get()) {
      return parser.getRecords();
    } catch (IOException | UncheckedIOException noTable) {
      return List.of();
    }
  }
}
