package dev.athanor.embedding;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// A protobuf message in the making, field by field, so that a test can say what no library would
/// write.
public final class Wire {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private interface Writing {
    void write(CodedOutputStream out) throws IOException;
  }

  public Wire number(int field, long value) {
    return write(out -> out.writeInt64(field, value));
  }

  public Wire text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public Wire bytes(int field, byte[] value) {
    return write(out -> out.writeByteArray(field, value));
  }

  public Wire message(int field, Wire value) {
    return bytes(field, value.toBytes());
  }

  /// Bytes as they are, which need be no field.
  public Wire raw(byte... anything) {
    bytes.writeBytes(anything);
    return this;
  }

  public byte[] toBytes() {
    return bytes.toByteArray();
  }

  private Wire write(Writing writing) {
    try {
      var out = CodedOutputStream.newInstance(bytes);
      writing.write(out);
      out.flush();
      return this;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
