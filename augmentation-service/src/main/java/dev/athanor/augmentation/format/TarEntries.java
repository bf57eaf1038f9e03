package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.jspecify.annotations.Nullable;

/// The entries of a tar as the library reads them, and the bytes of their names: it makes question
/// marks of what is not UTF-8, and so one name of several.
final class TarEntries extends TarArchiveInputStream {
  private static final ZipEncoding UTF_8 = ZipEncodingHelper.getZipEncoding(StandardCharsets.UTF_8);

  /// Loses nothing.
  private static final ZipEncoding BYTES =
      ZipEncodingHelper.getZipEncoding(StandardCharsets.ISO_8859_1);

  private static final char REPLACEMENT = '\uFFFD';

  private byte[] header = {};
  private byte @Nullable [] longName;

  TarEntries(InputStream input) {
    super(input, StandardCharsets.UTF_8.name());
  }

  /// The next entry; null at the end.
  @Nullable TarArchiveEntry next() throws IOException {
    longName = null;
    return getNextEntry();
  }

  /// Refuses the entry that was read last if its name is not UTF-8. A name in a pax header, which
  /// goes before all others, is decoded by the library with replacement characters.
  void checkName(String where, TarArchiveEntry entry) throws IOException {
    if (entry.getName().indexOf(REPLACEMENT) >= 0) {
      throw Problem.unprocessable(where + ": its name is not UTF-8 (expected: a name in UTF-8)");
    }
    var bytes =
        longName == null
            ? new TarArchiveEntry(header, BYTES).getName().getBytes(StandardCharsets.ISO_8859_1)
            : longName;
    if (UTF_8.decode(bytes).equals(entry.getName())) {
      Utf8Reader.decode(where, "name", bytes);
    }
  }

  @Override
  protected byte[] readRecord() throws IOException {
    header = super.readRecord();
    return header;
  }

  @Override
  protected byte @Nullable [] getLongNameData() throws IOException {
    longName = super.getLongNameData();
    return longName;
  }
}
