package dev.athanor.preprocessing.tokenizer;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// What goes to a [LibraryProcess]: an ordinal, a length, and as many bytes. The answer is a byte,
/// 1 for an answer and 0 for a refusal in words, a length, and as many bytes; ids are big-endian
/// integers, texts are UTF-8.
enum Question {
  /// A `tokenizer.json`; nothing.
  LOAD,
  /// A text; its ids.
  ENCODE,
  /// A text; its ids with what the tokenizer puts around them.
  ENCODE_FRAMED,
  /// Ids; their text.
  DECODE;

  private static final int LONGEST = 1 << 30;

  static byte[] bytes(int[] ids) {
    var buffer = ByteBuffer.allocate(Math.multiplyExact(ids.length, Integer.BYTES));
    buffer.asIntBuffer().put(ids);
    return buffer.array();
  }

  static int[] ids(byte[] bytes) {
    var ids = new int[bytes.length / Integer.BYTES];
    ByteBuffer.wrap(bytes).asIntBuffer().get(ids);
    return ids;
  }

  static void write(DataOutputStream to, int kind, byte[] bytes) throws IOException {
    to.writeByte(kind);
    to.writeInt(bytes.length);
    to.write(bytes);
    to.flush();
  }

  static byte[] read(DataInputStream from) throws IOException {
    int length = from.readInt();
    if (length < 0 || length > LONGEST) {
      throw new IOException("%d bytes (expected: 0 to %d)".formatted(length, LONGEST));
    }
    var bytes = from.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("%d bytes of %d".formatted(bytes.length, length));
    }
    return bytes;
  }

  static Question of(int ordinal) {
    return Arrays.asList(values()).get(ordinal);
  }
}
