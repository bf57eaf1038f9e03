package dev.athanor.benchmarks;

import dev.athanor.launcher.demo.Source;
import dev.athanor.launcher.demo.Source.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import tools.jackson.databind.json.JsonMapper;

/// The corpora of the text study, from published files: classic books, AG News, wikitext-2's test
/// text and tiny Shakespeare.
final class StudyTexts {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// Of AG News's published classes, which are numbered from 1.
  private static final List<String> CLASSES = List.of("World", "Sports", "Business", "Sci/Tech");

  private final Path folder;

  StudyTexts(Path folder) {
    this.folder = folder;
  }

  /// Descriptions with their labels.
  Source news() throws IOException {
    var train = new ArrayList<Map<String, String>>();
    for (var row : trainingRows()) {
      train.add(Map.of("text", row.get(0), "label", row.get(1)));
    }
    var test = new ArrayList<Map<String, String>>();
    for (var row : rows("ag-news/test.csv", CSVFormat.DEFAULT)) {
      var label = CLASSES.get(Integer.parseInt(row.get(0)) - 1);
      test.add(Map.of("text", row.get(2), "label", label));
    }
    return new Source(
        "ag-news",
        List.of(lines("train", "train.jsonl", train), lines("test", "test.jsonl", test)));
  }

  /// Every book and every training description of AG News a document, no labels.
  Source booksAndNews() throws IOException {
    var documents = new ArrayList<Map<String, String>>();
    for (var book : books()) {
      documents.add(Map.of("text", Files.readString(book)));
    }
    for (var row : trainingRows()) {
      documents.add(Map.of("text", row.get(0)));
    }
    return new Source("books-and-news", List.of(lines("auto", "documents.jsonl", documents)));
  }

  /// Books to train on, wikitext-2's test text to be judged by.
  Source booksAndWiki() throws IOException {
    var parts = new ArrayList<Part>();
    for (var book : books()) {
      parts.add(file("train", book));
    }
    parts.add(file("test", folder.resolve("wikitext-2-raw/wiki.test.raw")));
    return new Source("books-and-wiki", parts);
  }

  /// Its last tenth becomes the test split.
  Source shakespeare() {
    return new Source(
        "tinyshakespeare", List.of(file("auto", folder.resolve("tinyshakespeare/input.txt"))));
  }

  private List<Path> books() throws IOException {
    try (var files = Files.list(folder.resolve("classic-books"))) {
      return files.filter(file -> !file.endsWith("README.md")).sorted().toList();
    }
  }

  /// Tab-separated without quotes: description, class.
  private List<CSVRecord> trainingRows() throws IOException {
    var format = CSVFormat.TDF.builder().setQuote(null).setIgnoreSurroundingSpaces(false).get();
    return rows("ag-news/train-10k.tsv", format);
  }

  private List<CSVRecord> rows(String file, CSVFormat format) throws IOException {
    try (var reader = Files.newBufferedReader(folder.resolve(file));
        var parser = format.parse(reader)) {
      return parser.getRecords();
    }
  }

  private static Part file(String split, Path file) {
    return new Part(split, file.getFileName().toString(), () -> Files.newInputStream(file));
  }

  private static Part lines(String split, String name, List<Map<String, String>> records) {
    var text = new StringBuilder();
    records.forEach(record -> text.append(JSON.writeValueAsString(record)).append('\n'));
    var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return new Part(split, name, () -> new ByteArrayInputStream(bytes));
  }
}
