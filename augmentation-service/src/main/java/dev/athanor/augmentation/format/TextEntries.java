package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// Which files, alone or in an archive, are texts.
final class TextEntries {
  private static final int HEAD = 512;
  private static final Set<String> TEXTS = Set.of("txt", "text", "md", "markdown");
  private static final Set<String> TABLES = Set.of("csv", "tsv", "jsonl", "ndjson");

  /// What stands beside data to tell about it.
  private static final Set<String> NOTICES =
      Set.of("readme", "license", "licence", "copying", "notice", "changelog", "citation");

  private TextEntries() {}

  /// True for what is text by its content, and for what its name promises to be, so that a text in
  /// another encoding is an error. Labels and notices are no texts.
  static boolean isText(Archive.Entry entry) throws IOException {
    var path = entry.path();
    int dot = path.file().indexOf('.');
    var stem = (dot < 0 ? path.file() : path.file().substring(0, dot)).toLowerCase(Locale.ROOT);
    if (path.extension().equals(WebDatasetReader.LABEL) || NOTICES.contains(stem)) {
      return false;
    }
    return TEXTS.contains(path.extension()) || isText(entry.head(HEAD));
  }

  /// Whether a file that starts so is meant as text, in whichever encoding: mostly ASCII or UTF-8,
  /// and without the control characters that binary files are full of.
  static boolean isText(byte[] head) {
    int plain = 0;
    for (byte value : head) {
      int code = value & 0xff;
      if (code < 0x20 && code != '\t' && code != '\n' && code != '\r' && code != '\f') {
        return false;
      }
      plain += code < 0x80 ? 1 : 0;
    }
    return head.length > 0 && (2 * plain >= head.length || isUtf8(head));
  }

  static Text read(Archive.Entry entry, Limits limits) throws IOException {
    if (TABLES.contains(entry.path().extension())) {
      throw Problem.unprocessable(
          "%s: a table in an archive (expected: plain texts; upload a table as a file of its own)"
              .formatted(entry.where()));
    }
    return new Text(Utf8Reader.check(entry.where(), entry.read(limits.textBytes())));
  }

  static Text read(Blob blob, Limits limits) throws IOException {
    var utf8 = new UnpackedInput(blob, limits).readNBytes(limits.textBytes() + 1);
    if (utf8.length > limits.textBytes()) {
      throw Problem.unprocessable(
          "%s: too large (expected: a text of at most %d bytes; cut it into several files)"
              .formatted(blob.name(), limits.textBytes()));
    }
    return new Text(Utf8Reader.check(blob.name(), utf8));
  }

  /// Valid but for a character that the end cuts.
  private static boolean isUtf8(byte[] head) {
    int bad = 0;
    var text = new String(head, StandardCharsets.UTF_8);
    for (int i = 0; i < text.length(); i++) {
      bad += text.charAt(i) == '\uFFFD' && i < text.length() - 3 ? 1 : 0;
    }
    return bad == 0;
  }
}
