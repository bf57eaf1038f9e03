package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.Split;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plain text and Markdown, one document a file: in the folders of archives, one folder a class, or
/// without folders and then without labels; or single files.
record TextReader(List<Part> parts, List<StagedFile> loose, Limits limits) implements FormatReader {

  /// An archive and what its folders mean.
  record Part(@Nullable Split split, Archive archive, FolderLayout layout) {}

  @Override
  public String format() {
    return "text";
  }

  @Override
  public Manifest.Kind kind() {
    return Manifest.Kind.TEXT;
  }

  @Override
  public void read(Sample.Visitor visitor) throws IOException {
    for (var part : parts) {
      part.archive()
          .each(
              entry -> {
                if (TextEntries.isText(entry)) {
                  visitor.visit(sample(part, entry));
                }
              });
    }
    for (var file : loose) {
      var name = file.blob().name();
      var split = file.split() == null ? FolderLayout.named(name) : file.split();
      visitor.visit(new Sample(name, split, null, () -> TextEntries.read(file.blob(), limits)));
    }
  }

  private Sample sample(Part part, Archive.Entry entry) {
    var folders = entry.path().folders();
    return new Sample(
        entry.where(),
        FolderLayout.agreed(entry.where(), part.split(), part.layout().split(folders)),
        part.layout().label(folders),
        () -> TextEntries.read(entry, limits));
  }
}
