package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells what a caller uploaded, by content and never by name.
public final class Formats {
  private static final int HEAD = 512;
  private static final int MOST_FOLDERS = 100_000;
  private static final String EXPECTED =
      "IDX, CIFAR-10 binary, JPEG, PNG, GIF or WebP, plain text, or a tar, tar.gz or zip of them, or CSV, TSV or JSON lines";

  /// Enough to tell a table from prose.
  private static final int TEXT_HEAD = 64 << 10;

  private final Limits limits;

  public Formats(Limits limits) {
    this.limits = limits;
  }

  /// The reader for all files of a version together.
  ///
  /// @param columns of tables and JSON lines
  public FormatReader detect(List<StagedFile> files, Columns columns) throws IOException {
    if (files.isEmpty()) {
      throw Problem.unprocessable("files: none (expected: at least one uploaded file)");
    }
    var kinds = new ArrayList<Kind>();
    for (var file : files) {
      kinds.add(kind(file.blob(), columns));
    }
    for (int i = 1; i < kinds.size(); i++) {
      if (kinds.get(i) != kinds.getFirst()) {
        throw Problem.unprocessable(
            "%s: %s beside %s: %s (expected: files of one format in a version)"
                .formatted(
                    files.get(i).blob().name(),
                    kinds.get(i).words,
                    files.getFirst().blob().name(),
                    kinds.getFirst().words));
      }
    }
    return switch (kinds.getFirst()) {
      case IDX -> new IdxReader(IdxPairs.of(files, limits), limits);
      case CIFAR -> new CifarReader(files, List.of(), limits);
      case IMAGE -> new FolderReader("flat", List.of(), files, limits);
      case CSV -> new TableReader(TableReader.Dialect.CSV, files, columns, limits);
      case TSV -> new TableReader(TableReader.Dialect.TSV, files, columns, limits);
      case JSON_LINES -> new JsonLinesReader(files, columns, limits);
      case TEXT -> new TextReader(List.of(), files, limits);
      case TAR, ZIP -> archives(files, kinds.getFirst());
    };
  }

  private enum Kind {
    IDX("IDX"),
    CIFAR("CIFAR-10 binary"),
    IMAGE("an image"),
    CSV(TextHead.CSV.words),
    TSV(TextHead.TSV.words),
    JSON_LINES(TextHead.JSON_LINES.words),
    TEXT(TextHead.PLAIN.words),
    TAR("a tar archive"),
    ZIP("a zip archive");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private Kind kind(Blob blob, Columns columns) throws IOException {
    if (blob.bytes() == 0) {
      throw Problem.unprocessable("%s: empty (expected: %s)".formatted(blob.name(), EXPECTED));
    }
    var head = new UnpackedInput(blob, limits).readNBytes(HEAD);
    boolean packed = UnpackedInput.isGzip(blob);
    if (ZipArchive.startsLike(head) && !packed) {
      return Kind.ZIP;
    }
    if (TarArchive.startsLike(head)) {
      return Kind.TAR;
    }
    if (TarArchive.startsEmpty(head)) {
      throw Problem.unprocessable(
          "%s: an empty archive (expected: images or texts in it)".formatted(blob.name()));
    }
    if (IdxInput.startsLike(head)) {
      return Kind.IDX;
    }
    if (!packed && ImageEntries.isImage(blob)) {
      return Kind.IMAGE;
    }
    if (!packed && CifarReader.startsLike(head, blob.bytes())) {
      return Kind.CIFAR;
    }
    if (TextEntries.isText(head)) {
      return textKind(blob, columns);
    }
    throw Problem.unprocessable(
        "%s: starts with %s%s, no format that we read (expected: %s)"
            .formatted(
                blob.name(),
                HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(8, head.length)),
                packed ? " once unpacked" : "",
                EXPECTED));
  }

  private Kind textKind(Blob blob, Columns columns) throws IOException {
    var head = new UnpackedInput(blob, limits).readNBytes(TEXT_HEAD);
    return switch (TextHead.of(blob.name(), head, head.length < TEXT_HEAD, columns)) {
      case CSV -> Kind.CSV;
      case TSV -> Kind.TSV;
      case JSON_LINES -> Kind.JSON_LINES;
      case PLAIN -> Kind.TEXT;
    };
  }

  private FormatReader archives(List<StagedFile> files, Kind kind) throws IOException {
    var surveys = new ArrayList<Survey>();
    for (var file : files) {
      var archive =
          kind == Kind.TAR
              ? new TarArchive(file.blob(), limits)
              : new ZipArchive(file.blob(), limits);
      surveys.add(Survey.of(file.split(), archive));
    }
    if (surveys.stream().allMatch(survey -> survey.records && survey.folders.isEmpty())) {
      return new CifarReader(
          List.of(),
          surveys.stream()
              .map(survey -> new CifarReader.SplitArchive(survey.split, survey.archive))
              .toList(),
          limits);
    }
    boolean text = surveys.stream().allMatch(survey -> survey.folders.isEmpty());
    for (var survey : surveys) {
      if (text ? survey.textFolders.isEmpty() : survey.folders.isEmpty()) {
        throw Problem.unprocessable(
            "%s: an archive without %s (expected: JPEG, PNG, GIF, WebP or text files in it)"
                .formatted(survey.archive.name(), text ? "an image or a text" : "an image"));
      }
    }
    if (surveys.stream().anyMatch(survey -> survey.labels)) {
      return new WebDatasetReader(
          surveys.stream()
              .map(s -> new WebDatasetReader.Part(s.split, s.archive, s.layout()))
              .toList(),
          text ? Manifest.Kind.TEXT : Manifest.Kind.IMAGE,
          limits);
    }
    if (text) {
      return new TextReader(
          surveys.stream().map(s -> new TextReader.Part(s.split, s.archive, s.layout())).toList(),
          List.of(),
          limits);
    }
    boolean classes = surveys.stream().anyMatch(s -> s.layout().hasClasses(s.folders));
    return new FolderReader(
        classes ? "class-folders" : "flat",
        surveys.stream().map(s -> new FolderReader.Part(s.split, s.archive, s.layout())).toList(),
        List.of(),
        limits);
  }

  /// What is in an archive, by the names alone.
  private static final class Survey {
    private final @Nullable Split split;
    private final Archive archive;
    private final Set<List<String>> folders = new HashSet<>();
    private final Set<List<String>> textFolders = new HashSet<>();
    private boolean labels;
    private boolean records;

    private Survey(@Nullable Split split, Archive archive) {
      this.split = split;
      this.archive = archive;
    }

    static Survey of(@Nullable Split split, Archive archive) throws IOException {
      var survey = new Survey(split, archive);
      archive.each(survey::add);
      return survey;
    }

    FolderLayout layout() {
      return FolderLayout.of(folders.isEmpty() ? textFolders : folders);
    }

    private void add(Archive.Entry entry) throws IOException {
      if (ImageEntries.isImage(entry)) {
        folders.add(entry.path().folders());
      } else if (TextEntries.isText(entry)) {
        textFolders.add(entry.path().folders());
      }
      if (Math.max(folders.size(), textFolders.size()) > MOST_FOLDERS) {
        throw Problem.unprocessable(
            "%s: files in more than %d folders (expected: fewer classes)"
                .formatted(archive.name(), MOST_FOLDERS));
      }
      labels |= entry.path().extension().equals(WebDatasetReader.LABEL);
      records |= CifarReader.isRecords(entry.path());
    }
  }
}
