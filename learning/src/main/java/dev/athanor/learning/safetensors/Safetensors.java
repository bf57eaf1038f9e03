package dev.athanor.learning.safetensors;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads and writes files of named tensors: eight bytes of header length, a JSON header, the
/// elements.
///
/// What is written is a function of the tensors and the metadata alone, byte for byte: the wider
/// element type first (so that every tensor is aligned), then by name.
public final class Safetensors {

  private Safetensors() {}

  /// What a file holds, sorted by name.
  public record Contents(SortedMap<String, Tensor> tensors, SortedMap<String, String> metadata) {
    public Contents {
      tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
      metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    }
  }

  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
      write(out, tensors, metadata);
    }
  }

  /// Writes one tensor after the other; does not close `out`.
  public static void write(
      OutputStream out, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    var header = Header.of(tensors, metadata);
    var json = header.toJson();
    var length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(json.length).array());
    out.write(json);
    var channel = Channels.newChannel(out);
    for (var entry : header.entries()) {
      channel.write(Tensor.named(entry.name(), tensors).data());
    }
  }

  /// @throws MalformedSafetensorsException if the file is not whole or not well formed
  public static Contents read(Path file) throws IOException {
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in);
    }
  }

  /// Reads up to the end of `in` and does not close it. Memory grows with the bytes that really
  /// come, whatever the header claims.
  ///
  /// @throws MalformedSafetensorsException if the stream is not whole or not well formed
  public static Contents read(InputStream in) throws IOException {
    var length = readHeaderLength(in);
    var header = Header.parse(readBytes(in, length, "header"));
    var tensors = new TreeMap<String, Tensor>();
    for (var entry : header.entries()) {
      var bytes = readBytes(in, Math.toIntExact(entry.bytes()), entry.name());
      tensors.put(entry.name(), new Tensor(entry.type(), entry.shape(), ByteBuffer.wrap(bytes)));
    }
    if (in.read() >= 0) {
      throw new MalformedSafetensorsException("bytes after the last tensor (expected: none)");
    }
    return new Contents(tensors, header.metadata());
  }

  /// As [#read], but that elements stay in the file, which must not change while `arena` is open:
  /// memory is the system's to give and to take back.
  ///
  /// @param arena whose end is the tensors' end
  /// @throws MalformedSafetensorsException if the file is not whole or not well formed
  public static Contents map(Path file, Arena arena) throws IOException {
    try (var channel = FileChannel.open(file);
        var in = new BufferedInputStream(Channels.newInputStream(channel))) {
      var length = readHeaderLength(in);
      var header = Header.parse(readBytes(in, length, "header"));
      long start = Long.BYTES + length;
      long end = start + header.entries().stream().mapToLong(Header.Entry::to).max().orElse(0);
      if (channel.size() != end) {
        throw new MalformedSafetensorsException(
            "file: %d bytes (expected: %d, as its header says)".formatted(channel.size(), end));
      }
      var tensors = new TreeMap<String, Tensor>();
      for (var entry : header.entries()) {
        var bytes = channel.map(MapMode.READ_ONLY, start + entry.from(), entry.bytes(), arena);
        tensors.put(entry.name(), new Tensor(entry.type(), entry.shape(), bytes.asByteBuffer()));
      }
      return new Contents(tensors, header.metadata());
    }
  }

  private static int readHeaderLength(InputStream in) throws IOException {
    var bytes = ByteBuffer.wrap(readBytes(in, Long.BYTES, "header length"));
    var length = bytes.order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > Header.MAX_BYTES) {
      throw new MalformedSafetensorsException(
          "header length: %s (expected: from 2 to %d)"
              .formatted(Long.toUnsignedString(length), Header.MAX_BYTES));
    }
    return (int) length;
  }

  private static byte[] readBytes(InputStream in, int count, String what) throws IOException {
    var bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new MalformedSafetensorsException(
          "%s: %d bytes (expected: %d)".formatted(what, bytes.length, count));
    }
    return bytes;
  }
}
