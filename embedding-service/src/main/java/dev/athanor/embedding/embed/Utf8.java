package dev.athanor.embedding.embed;

import dev.athanor.platform.error.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/// Texts that come as bytes are UTF-8, and nothing is put in the place of what is none: a text with
/// question marks in it has a vector too, of another text.
public final class Utf8 {
  private Utf8() {}

  /// @param field how a message names the text
  public static String decode(String field, byte[] bytes) {
    var from = ByteBuffer.wrap(bytes);
    var into = CharBuffer.allocate(bytes.length); // no byte is more than a character
    if (StandardCharsets.UTF_8.newDecoder().decode(from, into, true).isError()) {
      throw Problem.badRequest(
          "%s: byte 0x%02X at %d (expected: UTF-8)"
              .formatted(field, bytes[from.position()], from.position()));
    }
    return into.flip().toString();
  }
}
