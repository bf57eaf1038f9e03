package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.jspecify.annotations.Nullable;

/// A tar file, plain or gzipped.
record TarArchive(Blob blob, Limits limits) implements Archive {
  private static final int BLOCK = 512;
  private static final int CHECKSUM = 148;

  /// Whether unpacked content that starts so is a tar file, new or old: its first header carries a
  /// checksum.
  static boolean startsLike(byte[] head) {
    return head.length >= BLOCK && !allZero(head) && checksum(head) == sum(head);
  }

  /// Whether unpacked content that starts so is a tar file without any entry.
  static boolean startsEmpty(byte[] head) {
    return head.length >= BLOCK && allZero(head);
  }

  @Override
  public String name() {
    return blob.name();
  }

  @Override
  public void each(Visitor visitor) throws IOException {
    var input = new UnpackedInput(blob, limits);
    var tar = new TarEntries(new MeteredInput(name(), input));
    for (var entry = next(tar); entry != null; entry = next(tar)) {
      visit(entry, tar, visitor);
    }
    input.drain();
    if (!input.endsInZeros()) {
      throw Problem.unprocessable(
          "%s: truncated: ends after %d unpacked bytes without the archive's end mark (expected: a whole tar)"
              .formatted(name(), input.position()));
    }
  }

  private void visit(TarArchiveEntry entry, TarEntries tar, Visitor visitor) throws IOException {
    if (entry.isDirectory() || entry.isPaxHeader() || entry.isGlobalPaxHeader()) {
      return;
    }
    var where = StreamEntry.where(name(), entry.getName());
    var path = EntryPath.of(name(), entry.getName());
    if (!entry.isFile() || entry.isSymbolicLink() || entry.isLink() || entry.isSparse()) {
      throw Problem.unprocessable(
          where + ": a link, device or sparse file (expected: plain files and folders)");
    }
    if (path.hidden()) {
      return;
    }
    try {
      tar.checkName(where, entry);
      visitor.visit(new StreamEntry(name(), entry.getName(), path, tar));
    } catch (IOException failure) {
      throw damaged(where, failure);
    }
  }

  private @Nullable TarArchiveEntry next(TarEntries tar) {
    try {
      return tar.next();
    } catch (IOException | IllegalArgumentException failure) {
      throw damaged(name(), failure);
    }
  }

  private static Problem damaged(String where, Exception failure) {
    return Problem.of(
        Kind.UNPROCESSABLE,
        "%s: truncated or damaged tar: %s (expected: a whole file)"
            .formatted(where, failure.getMessage()),
        failure);
  }

  /// The header's checksum, in octal; -1 where the field holds no number.
  private static int checksum(byte[] header) {
    var field = new String(header, CHECKSUM, 8, StandardCharsets.US_ASCII);
    var digits = field.replace('\0', ' ').strip();
    return digits.matches("[0-7]{1,7}") ? Integer.parseInt(digits, 8) : -1;
  }

  /// What the checksum should be: the sum of all bytes, the field itself counted as spaces.
  private static int sum(byte[] header) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : header[i] & 0xff;
    }
    return sum;
  }

  private static boolean allZero(byte[] head) {
    for (byte value : head) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
