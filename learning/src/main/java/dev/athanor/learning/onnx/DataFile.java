package dev.athanor.learning.onnx;

import dev.athanor.learning.safetensors.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Tensors of a graph that lie in a file beside it, which ONNX calls external data: one behind the
/// other in the order in which they were given a place, with zeros between them. So a graph may
/// have more than the 2 GiB of one protobuf message.
final class DataFile {
  /// Each tensor begins at a multiple of so many bytes, a page, so that a runtime can map it.
  static final int ALIGNMENT = 4096;

  private final Path file;
  private final List<Tensor> tensors = new ArrayList<>();
  private long end;

  /// @param graph its file
  DataFile(Path graph) {
    this.file = graph.resolveSibling(graph.getFileName() + ".data");
  }

  /// Gives the numbers of an initializer their place.
  void place(Onnx.Tensor.Builder initializer, Tensor tensor) {
    long offset = aligned(end);
    long length = tensor.data().remaining();
    initializer
        .setDataLocation(Onnx.Tensor.Location.EXTERNAL)
        .addExternalData(entry("location", file.getFileName().toString()))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)));
    tensors.add(tensor);
    end = offset + length;
  }

  /// Writes one tensor after the other; nothing is copied but a few kilobytes at a time.
  void write() throws IOException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
      var channel = Channels.newChannel(out);
      long at = 0;
      for (var tensor : tensors) {
        long offset = aligned(at);
        out.write(new byte[(int) (offset - at)]);
        at = offset + channel.write(tensor.data());
      }
    }
  }

  private static long aligned(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static Onnx.Entry entry(String key, String value) {
    return Onnx.Entry.newBuilder().setKey(key).setValue(value).build();
  }
}
