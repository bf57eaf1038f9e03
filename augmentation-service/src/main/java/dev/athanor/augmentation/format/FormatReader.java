package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Manifest;
import java.io.IOException;

/// Reads the samples of one dataset, in an order that depends on the uploaded files alone. May be
/// read more than once.
///
/// What is wrong with the data is thrown as a [dev.athanor.platform.error.Problem] that names the
/// file and the entry.
public sealed interface FormatReader
    permits CifarReader,
        FolderReader,
        IdxReader,
        JsonLinesReader,
        TableReader,
        TextReader,
        WebDatasetReader {

  /// The format's name, as the manifest keeps it.
  String format();

  /// What its samples hold.
  default Manifest.Kind kind() {
    return Manifest.Kind.IMAGE;
  }

  void read(Sample.Visitor visitor) throws IOException;
}
