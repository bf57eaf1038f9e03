package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.jspecify.annotations.Nullable;

/// The entries of a tar as the library reads them, with bounds on what it holds of their names and
/// attributes, and the bytes of their names: it makes question marks of what is not UTF-8, and so
/// one name of several.
final class TarEntries extends TarArchiveInputStream {
  private static final ZipEncoding UTF_8 = ZipEncodingHelper.getZipEncoding(StandardCharsets.UTF_8);

  /// Loses nothing.
  private static final ZipEncoding BYTES =
      ZipEncodingHelper.getZipEncoding(StandardCharsets.ISO_8859_1);

  private static final char REPLACEMENT = '\uFFFD';

  /// The library goes a step deeper into its stack for each header before an entry's own.
  private static final int MOST_HEADERS = 100;

  private final MeteredInput input;
  private int headers;
  private byte[] header = {};
  private byte @Nullable [] longName;

  TarEntries(MeteredInput input) {
    super(input, StandardCharsets.UTF_8.name());
    this.input = input;
  }

  /// The next entry; null at the end.
  @Nullable TarArchiveEntry next() throws IOException {
    if (getCurrentEntry() != null) {
      transferTo(OutputStream.nullOutputStream());
    }
    headers = 0;
    longName = null;
    input.bound();
    var entry = getNextEntry();
    input.unbound();
    return entry;
  }

  /// Refuses the entry that was read last if its name is not UTF-8. A name that is not the header's
  /// is a pax header's, which the library decodes with replacement characters.
  void checkName(String where, TarArchiveEntry entry) throws IOException {
    var bytes =
        longName == null
            ? new TarArchiveEntry(header, BYTES).getName().getBytes(StandardCharsets.ISO_8859_1)
            : longName;
    if (UTF_8.decode(bytes).equals(entry.getName())) {
      Utf8Reader.decode(where, "name", bytes);
    } else if (entry.getName().indexOf(REPLACEMENT) >= 0) {
      throw Problem.unprocessable(where + ": its name is not UTF-8 (expected: a name in UTF-8)");
    }
  }

  @Override
  protected byte[] readRecord() throws IOException {
    headers++;
    if (headers > MOST_HEADERS) {
      throw new IOException("more than %d headers of one entry".formatted(MOST_HEADERS));
    }
    header = super.readRecord();
    return header;
  }

  @Override
  protected byte @Nullable [] getLongNameData() throws IOException {
    longName = super.getLongNameData();
    return longName;
  }
}
