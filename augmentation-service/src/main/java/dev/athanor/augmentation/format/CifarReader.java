package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.Image;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// CIFAR-10's binary version (https://www.cs.toronto.edu/~kriz/cifar.html): records of one label
/// byte and 32 x 32 pixels as three planes (red, green, blue), in files of their own or in a tar.
///
/// @param files plain files of records
/// @param archives that hold such files, and perhaps the classes' names in `batches.meta.txt`
record CifarReader(List<StagedFile> files, List<SplitArchive> archives, Limits limits)
    implements FormatReader {
  static final int RECORD = 1 + 3 * 32 * 32;
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int CLASSES = 10;
  private static final String NAMES = "batches.meta.txt";
  private static final int NAMES_BYTES = 64 << 10;

  record SplitArchive(@Nullable Split split, Archive archive) {}

  /// Whether a file of so many bytes that starts so can be one of ours.
  static boolean startsLike(byte[] head, long bytes) {
    return bytes > 0 && bytes % RECORD == 0 && (head[0] & 0xff) < CLASSES;
  }

  @Override
  public String format() {
    return "cifar10";
  }

  @Override
  public void read(Sample.Visitor visitor) throws IOException {
    for (var file : files) {
      var input = new UnpackedInput(file.blob(), limits);
      var name = file.blob().name();
      records(name, split(file.split(), name), input, null, visitor);
    }
    for (var archive : archives) {
      read(archive, visitor);
    }
  }

  private void read(SplitArchive from, Sample.Visitor visitor) throws IOException {
    var names = names(from.archive());
    from.archive()
        .each(
            entry -> {
              if (isRecords(entry.path())) {
                var split = split(from.split(), entry.path().file());
                records(entry.where(), split, entry.stream(), names, visitor);
              }
            });
  }

  static boolean isRecords(EntryPath path) {
    return path.extension().equals("bin");
  }

  /// The classes' names, where the archive gives all ten.
  private static @Nullable List<String> names(Archive archive) throws IOException {
    var found = new java.util.ArrayList<String>();
    archive.each(
        entry -> {
          if (entry.path().file().equals(NAMES)) {
            Utf8Reader.decode(entry.where(), "text", entry.read(NAMES_BYTES))
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(found::add);
          }
        });
    return found.size() == CLASSES ? found : null;
  }

  private static void records(
      String where,
      @Nullable Split split,
      InputStream input,
      @Nullable List<String> names,
      Sample.Visitor visitor)
      throws IOException {
    long number = 0;
    for (var record = input.readNBytes(RECORD);
        record.length > 0;
        record = input.readNBytes(RECORD), number++) {
      var name = "%s: record %d".formatted(where, number);
      if (record.length < RECORD) {
        throw Problem.unprocessable(
            "%s: truncated: %d bytes (expected: %d)".formatted(name, record.length, RECORD));
      }
      int label = record[0] & 0xff;
      if (label >= CLASSES) {
        throw Problem.unprocessable("%s: label %d (expected: 0..9)".formatted(name, label));
      }
      var pixels = record;
      visitor.visit(
          new Sample(
              name,
              split,
              names == null ? Integer.toString(label) : names.get(label),
              () -> new Picture.Pixels(new Image(SIDE, SIDE, 3, interleave(pixels)))));
    }
  }

  private static byte[] interleave(byte[] record) {
    var pixels = new byte[3 * PLANE];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < PLANE; i++) {
        pixels[3 * i + c] = record[1 + c * PLANE + i];
      }
    }
    return pixels;
  }

  /// `test_batch.bin` is the test split, `data_batch_1.bin` the training split.
  private static Split split(@Nullable Split asked, String file) {
    if (asked != null) {
      return asked;
    }
    return file.toLowerCase(Locale.ROOT).contains("test") ? Split.TEST : Split.TRAIN;
  }
}
