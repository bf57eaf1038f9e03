package dev.athanor.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/// What the demo uploads: a data set's name and its files, each with the split that it belongs to
/// (`auto` where the file itself says).
public record Source(String name, List<Part> parts) {
  private static final int PIPE_BYTES = 1 << 20;

  /// One file of the upload.
  public record Part(String split, String file, Opener opener) {}

  /// Opens a file to read it from its beginning.
  public interface Opener {
    InputStream open() throws IOException;
  }

  private interface Writer {
    void write(OutputStream stream) throws IOException;
  }

  /// The demo's own images.
  public static Source generated(long seed) {
    var archive = new ShapesArchive(seed, DemoSpec.GENERATED_TRAIN, DemoSpec.GENERATED_TEST);
    return new Source(
        "shapes", List.of(new Part("auto", "shapes.tar", () -> piped(archive::writeTo))));
  }

  /// The demo's own texts.
  public static Source stories(long seed) {
    var train = new StoriesTable(seed, 0, DemoSpec.STORIES_TRAIN);
    var test = new StoriesTable(seed, DemoSpec.STORIES_TRAIN, DemoSpec.STORIES_TEST);
    return new Source(
        "stories",
        List.of(
            new Part("train", "train.tsv", () -> piped(train::writeTo)),
            new Part("test", "test.tsv", () -> piped(test::writeTo))));
  }

  /// A file or folder of the user's, and the test split where it lies apart.
  ///
  /// @param texts whether a folder's text files are meant, and not its images
  /// @throws IOException naming the path where there is nothing to upload
  public static Source of(Path dataset, @Nullable Path test, boolean texts) throws IOException {
    var parts = new ArrayList<>(parts(dataset, test == null ? "auto" : "train", texts));
    if (test != null) {
      parts.addAll(parts(test, "test", texts));
    }
    return new Source(name(dataset), parts);
  }

  private static List<Part> parts(Path path, String split, boolean texts) throws IOException {
    if (!Files.exists(path)) {
      throw new IOException("%s is not there (expected: a file or a folder)".formatted(path));
    }
    if (!Files.isDirectory(path)) {
      return List.of(file(path, split));
    }
    try (var entries = Files.list(path)) {
      var files = entries.sorted().toList();
      boolean folders =
          files.stream().anyMatch(Files::isDirectory)
              || (!texts && files.stream().anyMatch(Source::isImage));
      if (folders) {
        return List.of(
            new Part(
                split,
                texts ? "texts.tar" : "images.tar",
                () -> piped(stream -> tar(path, stream))));
      }
      var data =
          files.stream()
              .filter(texts ? Source::isText : Source::isData)
              .map(file -> file(file, split))
              .toList();
      if (data.isEmpty()) {
        throw new IOException(
            "%s: nothing to upload (expected: %s)"
                .formatted(
                    path,
                    texts
                        ? "plain texts, CSV, TSV, JSON lines, class folders or archives"
                        : "images, class folders, IDX files or archives"));
      }
      return data;
    }
  }

  private static Part file(Path path, String split) {
    return new Part(split, fileName(path), () -> Files.newInputStream(path));
  }

  /// README, LICENSE and the like stay behind.
  private static boolean isData(Path path) {
    var name = fileName(path).toLowerCase(Locale.ROOT);
    return name.contains("ubyte") || name.matches(".*\\.(gz|tgz|tar|zip|bin)");
  }

  private static boolean isText(Path path) {
    var name = fileName(path).toLowerCase(Locale.ROOT);
    return name.matches(".*\\.(txt|md|raw|csv|tsv|jsonl|gz|tgz|tar|zip)")
        && !name.matches("(readme|licen[cs]e|notice|copying)\\b.*");
  }

  private static boolean isImage(Path path) {
    return fileName(path).toLowerCase(Locale.ROOT).matches(".*\\.(jpe?g|png)");
  }

  /// The folder's own name; a file is called after its folder, since `train.tar.gz` says little.
  private static String name(Path dataset) throws IOException {
    var real = dataset.toRealPath();
    var folder = Files.isDirectory(real) ? real : real.getParent();
    var name =
        folder == null
            ? ""
            : fileName(folder).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-");
    var trimmed = name.replaceAll("^[^a-z0-9]+", "");
    return trimmed.isEmpty() ? "dataset" : trimmed.substring(0, Math.min(63, trimmed.length()));
  }

  private static String fileName(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static void tar(Path folder, OutputStream stream) throws IOException {
    var tar = new TarArchiveOutputStream(stream);
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    try (var files = Files.walk(folder)) {
      for (var file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
        tar.putArchiveEntry(new TarArchiveEntry(file, folder.relativize(file).toString()));
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
    }
    tar.finish();
    tar.flush();
  }

  /// What `writer` writes on a thread of its own, as a stream. A failure while writing breaks the
  /// stream, so that a part of a file is never taken for the whole.
  private static InputStream piped(Writer writer) throws IOException {
    var failure = new AtomicReference<IOException>();
    var source = new PipedOutputStream();
    var sink =
        new PipedInputStream(source, PIPE_BYTES) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            if (read < 0 && failure.get() != null) {
              throw new IOException("the upload could not be read", failure.get());
            }
            return read;
          }
        };
    Thread.ofVirtual()
        .start(
            () -> {
              try (source) {
                writer.write(source);
              } catch (IOException broken) {
                failure.set(broken);
              }
            });
    return sink;
  }
}
