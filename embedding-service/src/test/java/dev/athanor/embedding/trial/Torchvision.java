package dev.athanor.embedding.trial;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// An export of torchvision's, and what torchvision makes of an image itself.
///
/// @param vector of the image, (D)
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record Torchvision(byte[] onnx, float[] vector) {
  private static final String PYTHON =
      Objects.requireNonNullElse(System.getenv("ATHANOR_PYTHON"), "/usr/bin/python3");

  static void assumePresent() throws IOException, InterruptedException {
    boolean present =
        Files.isExecutable(Path.of(PYTHON)) && run("-c", "import torchvision, onnx") == 0;
    if (!present) {
      System.err.println(
          """

          !!! SKIPPED: an export of torchvision's. %s cannot import torchvision and onnx.
          !!! Install Debian's python3-torchvision and python3-onnx, or point ATHANOR_PYTHON to a Python that has them.
          """
              .formatted(PYTHON));
    }
    Assumptions.assumeTrue(present, PYTHON + " cannot import torchvision and onnx");
  }

  static Torchvision export(Path folder, byte[] image, String interpolation)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("image.png"), image);
    var script = folder.resolve("export.py");
    try (var source = Torchvision.class.getResourceAsStream("torchvision_export.py")) {
      Files.write(script, Objects.requireNonNull(source).readAllBytes());
    }
    int status = run(script.toString(), folder.toString(), interpolation);
    if (status != 0) {
      throw new IllegalStateException("the export ended with status " + status);
    }
    var bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("vector.f32")));
    var vector = new float[bytes.remaining() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return new Torchvision(Files.readAllBytes(folder.resolve("model.onnx")), vector);
  }

  private static int run(String... arguments) throws IOException, InterruptedException {
    var command = Stream.concat(Stream.of(PYTHON), Arrays.stream(arguments)).toList();
    return new ProcessBuilder(List.copyOf(command)).inheritIO().start().waitFor();
  }
}
