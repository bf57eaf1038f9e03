package dev.athanor.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// One operation of libtorch that DJL has no call for, by way of TorchScript, which can call all of
/// them. It is differentiated as any other. For many threads.
final class Script {
  private static final String CODE =
      """
      class Operation(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Operation, %s) -> Tensor:
      %s
      """;

  /// An `Operation` that is being trained, as Python pickles it: class, new object, state, build.
  private static final String OBJECT =
      "\u0080\u0002c__torch__\nOperation\n)\u0081}X\b\u0000\u0000\u0000training\u0088sb.";

  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private final PtSymbolBlock operation;

  /// @param arguments with their types, as `x: Tensor, y: Tensor`
  /// @param body TorchScript, a statement a line
  Script(String arguments, String body) {
    try {
      operation =
          JniUtils.loadModule(
              (PtNDManager) Torch.newManager(),
              new ByteArrayInputStream(archive(CODE.formatted(arguments, body.indent(4)))),
              false,
              false);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /// The file that `torch.jit.save` writes: a zip archive of files that are not compressed.
  private static byte[] archive(String code) throws IOException {
    var archive = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(archive)) {
      store(zip, "data.pkl", OBJECT.getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "version", "3\n".getBytes(StandardCharsets.UTF_8));
    }
    return archive.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var entry = new ZipEntry("operation/" + name);
    var crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /// The result belongs to the manager of the first argument.
  NDArray run(NDArray... arguments) {
    // The optimising executor watches the first calls and then computes otherwise: a resumed run
    // would begin to watch anew.
    JniUtils.setGraphExecutorOptimize(false);
    return IValueUtils.forward(operation, new NDList(arguments), true).singletonOrThrow();
  }
}
