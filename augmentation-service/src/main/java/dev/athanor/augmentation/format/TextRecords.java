package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Makes samples of a file's records, and checks what all kinds of records have in common.
final class TextRecords {
  private final String file;
  private final @Nullable Split split;
  private final Columns columns;
  private final int limit;
  private final Sample.Visitor visitor;
  private long samples;
  private boolean labelled;

  TextRecords(StagedFile file, Columns columns, Limits limits, Sample.Visitor visitor) {
    this.file = file.blob().name();
    this.split = file.split() == null ? FolderLayout.named(this.file) : file.split();
    this.columns = columns;
    this.limit = limits.textBytes();
    this.visitor = visitor;
  }

  /// @param label null where the record has none
  void add(long line, String text, @Nullable String label) throws IOException {
    if (text.isBlank()) {
      throw Problem.unprocessable(
          "%s: line %d: column %s is empty (expected: text)"
              .formatted(file, line, Problem.quote(columns.textName())));
    }
    var utf8 = encode(line, text);
    var name = label == null || label.isBlank() ? null : label.strip();
    samples++;
    labelled |= name != null;
    visitor.visit(
        new Sample("%s: line %d".formatted(file, line), split, name, () -> new Text(utf8)));
  }

  /// The file is at its end.
  ///
  /// @param expectsLabels whether it has, or was said to have, a column of labels
  void end(boolean expectsLabels) {
    if (samples == 0) {
      throw Problem.unprocessable(
          "%s: no records below its header (expected: at least one)".formatted(file));
    }
    if (expectsLabels && !labelled) {
      throw Problem.unprocessable(
          "%s: column %s is empty in all %d records (expected: labels)"
              .formatted(file, Problem.quote(columns.labelName()), samples));
    }
  }

  private byte[] encode(long line, String text) {
    ByteBuffer encoded;
    try {
      encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException halfACharacter) {
      throw Problem.of(
          Kind.UNPROCESSABLE,
          "%s: line %d: half a surrogate pair in column %s (expected: Unicode text)"
              .formatted(file, line, Problem.quote(columns.textName())),
          halfACharacter);
    }
    if (encoded.remaining() > limit) {
      throw RecordReader.tooLong(file, line, limit);
    }
    var utf8 = new byte[encoded.remaining()];
    encoded.get(utf8);
    return utf8;
  }
}
