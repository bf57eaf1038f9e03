package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.zip.UnicodePathExtraField;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/// A zip file, read by its table of contents, which stands at its end.
record ZipArchive(Blob blob, Limits limits) implements Archive {
  static boolean startsLike(byte[] head) {
    return head.length >= 4
        && head[0] == 'P'
        && head[1] == 'K'
        && ((head[2] == 3 && head[3] == 4) || (head[2] == 5 && head[3] == 6));
  }

  @Override
  public String name() {
    return blob.name();
  }

  @Override
  public void each(Visitor visitor) throws IOException {
    try (var zip = open()) {
      long unpacked = 0;
      for (var entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
        unpacked += visit(zip, entry, unpacked, visitor);
      }
    }
  }

  /// Returns how many bytes the entry unpacked to.
  private long visit(ZipFile zip, ZipArchiveEntry entry, long before, Visitor visitor)
      throws IOException {
    if (entry.isDirectory()) {
      return 0;
    }
    var entryName = entryName(entry);
    var where = StreamEntry.where(name(), entryName);
    var path = EntryPath.of(name(), entryName);
    if (entry.isUnixSymlink()) {
      throw Problem.unprocessable(where + ": a link (expected: plain files and folders)");
    }
    if (path.hidden()) {
      return 0;
    }
    if (entry.getGeneralPurposeBit().usesEncryption() || !zip.canReadEntryData(entry)) {
      throw Problem.unprocessable(
          where + ": encrypted or packed in a way we do not know (expected: stored or deflated)");
    }
    try (var content = new BoundedEntry(zip.getInputStream(entry), entry, where, before)) {
      visitor.visit(new StreamEntry(name(), entryName, path, content));
      content.check();
      return content.unpacked;
    } catch (IOException failure) {
      throw damaged(where, failure);
    }
  }

  /// The entry's name, from its Unicode field where it has one. The library would make question
  /// marks of bytes that are not UTF-8, and one name of several.
  private String entryName(ZipArchiveEntry entry) {
    var where = StreamEntry.where(name(), entry.getName());
    var field = entry.getExtraField(UnicodePathExtraField.UPATH_ID);
    if (field instanceof UnicodePathExtraField unicode && belongs(unicode, entry)) {
      return Utf8Reader.decode(where, "name", unicode.getUnicodeName());
    }
    Utf8Reader.decode(where, "name", entry.getRawName());
    // Not what was decoded: the library has turned the backslashes of old DOS tools.
    return entry.getName();
  }

  /// A tool that does not know the field may have renamed the entry without it.
  private static boolean belongs(UnicodePathExtraField unicode, ZipArchiveEntry entry) {
    var checksum = new CRC32();
    checksum.update(entry.getRawName());
    return unicode.getUnicodeName() != null && checksum.getValue() == unicode.getNameCRC32();
  }

  private ZipFile open() {
    var channel = new BlobChannel(blob);
    channel.bound(limits.tableBytes());
    try {
      var zip =
          ZipFile.builder().setSeekableByteChannel(channel).setIgnoreLocalFileHeader(true).get();
      channel.bound(Long.MAX_VALUE);
      return zip;
    } catch (IOException failure) {
      throw damaged(name(), failure);
    }
  }

  private static Problem damaged(String where, IOException failure) {
    return Problem.of(
        Kind.UNPROCESSABLE,
        "%s: truncated or damaged zip: %s (expected: a whole file)"
            .formatted(where, failure.getMessage()),
        failure);
  }

  /// Counts what comes out of an entry, whatever the archive says about its size.
  private final class BoundedEntry extends InputStream {
    private final CheckedInputStream content;
    private final ZipArchiveEntry entry;
    private final String where;
    private final long before;
    private long unpacked;
    private boolean ended;

    BoundedEntry(InputStream content, ZipArchiveEntry entry, String where, long before) {
      this.content = new CheckedInputStream(content, new CRC32());
      this.entry = entry;
      this.where = where;
      this.before = before;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = content.read(into, offset, length);
      ended = ended || count < 0;
      unpacked += Math.max(0, count);
      limits.check(where, entry.getCompressedSize(), unpacked);
      limits.check(name(), blob.bytes(), before + unpacked);
      return count;
    }

    /// An entry that was read to its end must have the length and checksum that the archive states.
    void check() throws IOException {
      if (ended
          && (unpacked != entry.getSize() || content.getChecksum().getValue() != entry.getCrc())) {
        throw new IOException("checksum or length is not what the archive states");
      }
    }

    @Override
    public void close() throws IOException {
      content.close();
    }
  }
}
