package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// WebDataset archives (https://github.com/webdataset/webdataset): the files of one sample stand
/// side by side and share the path up to the first dot, `000017.jpg` or `000017.txt` and
/// `000017.cls`. A label that stands apart from its sample is a problem: it would be lost.
record WebDatasetReader(List<Part> parts, Manifest.Kind kind, Limits limits)
    implements FormatReader {
  static final String LABEL = "cls";
  private static final int LABEL_BYTES = 1024;

  record Part(@Nullable Split split, Archive archive, FolderLayout layout) {}

  @Override
  public String format() {
    return "webdataset";
  }

  @Override
  public void read(Sample.Visitor visitor) throws IOException {
    for (var part : parts) {
      var group = new Group(part, visitor);
      part.archive().each(group::add);
      group.flush();
    }
  }

  private boolean isContent(Archive.Entry entry) throws IOException {
    return kind == Manifest.Kind.TEXT ? TextEntries.isText(entry) : ImageEntries.isImage(entry);
  }

  private Content read(Archive.Entry entry) throws IOException {
    return kind == Manifest.Kind.TEXT
        ? TextEntries.read(entry, limits)
        : new Picture.Encoded(entry.read(limits.imageBytes()));
  }

  /// The files of one sample, until the next sample's first file comes.
  private final class Group {
    private final Part part;
    private final Sample.Visitor visitor;
    private String key = "";
    private String where = "";
    private @Nullable Split split;
    private @Nullable Content content;
    private @Nullable String label;
    private String labelWhere = "";

    Group(Part part, Sample.Visitor visitor) {
      this.part = part;
      this.visitor = visitor;
    }

    void add(Archive.Entry entry) throws IOException {
      if (!entry.path().key().equals(key)) {
        flush();
        key = entry.path().key();
      }
      if (entry.path().extension().equals(LABEL)) {
        labelWhere = entry.where();
        label = Utf8Reader.decode(labelWhere, "label", entry.read(LABEL_BYTES)).strip();
        checkLabel(labelWhere, label);
      } else if (isContent(entry)) {
        if (content != null) {
          throw Problem.unprocessable(
              "%s: a second image or text of sample %s (expected: one)"
                  .formatted(entry.where(), Problem.quote(key)));
        }
        where = entry.where();
        split =
            FolderLayout.agreed(where, part.split(), part.layout().split(entry.path().folders()));
        content = read(entry);
      }
    }

    void flush() throws IOException {
      if (content != null) {
        var found = content;
        visitor.visit(new Sample(where, split, label, () -> found));
      } else if (label != null) {
        throw Problem.unprocessable(
            "%s: a label without its image or text beside it (expected: neighbours, as `tar --sort=name` makes them)"
                .formatted(labelWhere));
      }
      content = null;
      label = null;
    }

    private static void checkLabel(String where, String label) {
      if (label.isEmpty() || label.length() > 200 || label.indexOf('\n') >= 0) {
        throw Problem.unprocessable(
            "%s: label %s (expected: one line, a number or a name)"
                .formatted(where, Problem.quote(label)));
      }
    }
  }
}
