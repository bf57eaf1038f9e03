package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/// Tables, one text a record: CSV (RFC 4180: commas, and quotes where a value has need of them) and
/// TSV (IANA's text/tab-separated-values: tabs, and a quote is a character like any other). The
/// first record is the header, unless the columns are chosen by number.
record TableReader(Dialect dialect, List<StagedFile> files, Columns columns, Limits limits)
    implements FormatReader {

  enum Dialect {
    CSV(CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get()),
    TSV(
        CSVFormat.RFC4180
            .builder()
            .setDelimiter('\t')
            .setQuote(null)
            .setIgnoreEmptyLines(true)
            .get());

    final CSVFormat format;

    Dialect(CSVFormat format) {
      this.format = format;
    }
  }

  @Override
  public String format() {
    return dialect == Dialect.CSV ? "csv" : "tsv";
  }

  @Override
  public Manifest.Kind kind() {
    return Manifest.Kind.TEXT;
  }

  @Override
  public void read(Sample.Visitor visitor) throws IOException {
    for (var file : files) {
      var samples = new TextRecords(file, columns, limits, visitor);
      var name = file.blob().name();
      var utf8 = new Utf8Reader(name, new UnpackedInput(file.blob(), limits));
      try (var input = new RecordReader(utf8, name, limits.textBytes());
          var parser = CSVParser.builder().setReader(input).setFormat(dialect.format).get()) {
        read(new Records(name, input, parser), samples);
      }
    }
  }

  private void read(Records records, TextRecords samples) throws IOException {
    var first = records.next();
    if (first == null) {
      throw Problem.unprocessable(records.file + ": empty (expected: records)");
    }
    var layout = Layout.of(records.file, first.toList(), columns);
    for (var record = layout.header ? records.next() : first;
        record != null;
        record = records.next()) {
      if (record.size() != first.size()) {
        throw Problem.unprocessable(
            "%s: line %d: %d columns (expected: %d, as in the first line)"
                .formatted(records.file, records.line, record.size(), first.size()));
      }
      samples.add(
          records.line,
          record.get(layout.text),
          layout.label < 0 ? null : record.get(layout.label));
    }
    samples.end(layout.label >= 0);
  }

  /// Where the columns stand, from 0; label -1 where there is none.
  private record Layout(boolean header, int text, int label) {
    private static final String NUMBER = "[1-9]\\d{0,5}";

    static Layout of(String file, List<String> first, Columns columns) {
      boolean header = first.contains(columns.textName()) || !columns.textName().matches(NUMBER);
      int text = place(file, first, columns.textName(), header);
      boolean labels = columns.label() != null || (header && first.contains("label"));
      return new Layout(
          header, text, labels ? place(file, first, columns.labelName(), header) : -1);
    }

    private static int place(String file, List<String> first, String column, boolean header) {
      if (header) {
        int place = first.indexOf(column);
        if (place < 0) {
          throw Columns.unknown(
              file, column, first, "; without a header, a column's number from 1");
        }
        if (place != first.lastIndexOf(column)) {
          throw Problem.unprocessable(
              "%s: several columns %s (expected: one of that name)"
                  .formatted(file, Problem.quote(column)));
        }
        return place;
      }
      if (!column.matches(NUMBER) || Integer.parseInt(column) > first.size()) {
        throw Problem.unprocessable(
            "%s: no column %s (expected: 1 to %d)"
                .formatted(file, Problem.quote(column), first.size()));
      }
      return Integer.parseInt(column) - 1;
    }
  }

  /// The records of a file, with their lines.
  private static final class Records {
    private final String file;
    private final RecordReader input;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;

    /// Where the last record starts.
    private long line;

    Records(String file, RecordReader input, CSVParser parser) {
      this.file = file;
      this.input = input;
      this.parser = parser;
      this.records = parser.iterator();
    }

    @Nullable CSVRecord next() {
      line = parser.getCurrentLineNumber() + 1;
      input.begin(line);
      try {
        return records.hasNext() ? records.next() : null;
      } catch (UncheckedIOException failure) {
        throw Problem.of(
            Kind.UNPROCESSABLE,
            "%s: line %d: unbalanced quotes: %s (expected: a quoted value to end with a quote, and quotes in it doubled)"
                .formatted(file, line, Problem.quote(String.valueOf(failure.getCause()))),
            failure);
      }
    }
  }
}
