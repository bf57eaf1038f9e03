package dev.athanor.augmentation.format;

import java.io.IOException;
import java.io.InputStream;

/// The files in an archive, one after the other.
sealed interface Archive permits TarArchive, ZipArchive {
  /// The archive's own name, for messages.
  String name();

  /// Visits every file that is not hidden, in the archive's order. Folders are no files; a link or
  /// device, a path that leads out, damage or a bomb is a problem that names the entry.
  void each(Visitor visitor) throws IOException;

  @FunctionalInterface
  interface Visitor {
    void visit(Entry entry) throws IOException;
  }

  /// A file in the archive; only while it is being visited.
  interface Entry {
    EntryPath path();

    /// For messages: `train.tar: entry "cat/7.jpg"`.
    String where();

    /// The whole content, at most `limit` bytes; more is a problem.
    byte[] read(int limit) throws IOException;

    /// The content as a stream, in place of `read`.
    InputStream stream();

    /// The first bytes, fewer where the file is shorter; `read` still gives them again.
    byte[] head(int length) throws IOException;
  }
}
