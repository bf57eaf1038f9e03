package dev.athanor.embedding.graph;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Walks protobuf messages as a stream. A field of another wire type than its reader expects is
/// skipped, as protobuf's own parsers do.
final class WireReader {
  private static final int LONGEST_NAME = 4096;
  private static final int DEEPEST = 64;

  private final CodedInputStream in;
  private int depth;

  WireReader(InputStream file) {
    in = CodedInputStream.newInstance(file);
    in.setSizeLimit(Integer.MAX_VALUE);
  }

  /// What is done with a message's fields.
  abstract static class Fields {
    /// A field of bytes: reads them and returns true, or leaves them and returns false.
    boolean bytes(int field) throws IOException {
      return false;
    }

    void number(int field, long value) throws IOException {}
  }

  /// Reads fields until the message, or the file, ends.
  void message(Fields fields) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      switch (WireFormat.getTagWireType(tag)) {
        case WireFormat.WIRETYPE_VARINT -> fields.number(field, in.readRawVarint64());
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          if (!fields.bytes(field)) {
            in.skipField(tag);
          }
        }
        case WireFormat.WIRETYPE_FIXED32, WireFormat.WIRETYPE_FIXED64 -> in.skipField(tag);
        default -> throw new GraphRefused("model.onnx: a group (expected: an ONNX file)");
      }
    }
  }

  /// Reads the message that a field of bytes holds.
  boolean nested(Fields fields) throws IOException {
    if (++depth > DEEPEST) {
      throw new GraphRefused(
          "model.onnx: messages %d deep (expected: at most %d)".formatted(depth, DEEPEST));
    }
    int outer = in.pushLimit(in.readRawVarint32());
    message(fields);
    if (in.getBytesUntilLimit() != 0) {
      throw new InvalidProtocolBufferException("the file ends in the middle of a message");
    }
    in.popLimit(outer);
    depth--;
    return true;
  }

  /// Reads the name that a field of bytes holds.
  String name() throws IOException {
    int length = in.readRawVarint32();
    if (length < 0 || length > LONGEST_NAME) {
      throw new GraphRefused(
          "model.onnx: a name of %d bytes (expected: at most %d)"
              .formatted(Integer.toUnsignedLong(length), LONGEST_NAME));
    }
    return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
  }
}
