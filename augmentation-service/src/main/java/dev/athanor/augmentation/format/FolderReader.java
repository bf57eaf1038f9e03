package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Split;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Image files in the folders of archives, one folder a class, or without folders and then without
/// labels; or single files.
record FolderReader(String format, List<Part> parts, List<StagedFile> loose, Limits limits)
    implements FormatReader {

  /// An archive and what its folders mean.
  record Part(@Nullable Split split, Archive archive, FolderLayout layout) {}

  @Override
  public void read(Sample.Visitor visitor) throws IOException {
    for (var part : parts) {
      part.archive()
          .each(
              entry -> {
                if (ImageEntries.isImage(entry)) {
                  visitor.visit(sample(part, entry));
                }
              });
    }
    for (var file : loose) {
      visitor.visit(
          new Sample(
              file.blob().name(),
              file.split(),
              null,
              () -> new Picture.Encoded(ImageEntries.read(file.blob(), limits))));
    }
  }

  private Sample sample(Part part, Archive.Entry entry) {
    var folders = entry.path().folders();
    return new Sample(
        entry.where(),
        FolderLayout.agreed(entry.where(), part.split(), part.layout().split(folders)),
        part.layout().label(folders),
        () -> new Picture.Encoded(entry.read(limits.imageBytes())));
  }
}
