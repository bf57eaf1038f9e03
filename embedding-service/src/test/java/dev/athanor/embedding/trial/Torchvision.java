package dev.athanor.embedding.trial;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// An export of torchvision's, and what torchvision makes of an image itself.
///
/// @param vectors of the image, (D), by how it was interpolated
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record Torchvision(byte[] onnx, Map<String, float[]> vectors) {
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

  static Torchvision export(Path folder, byte[] image, String... interpolations)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("image.png"), image);
    var script = folder.resolve("export.py");
    try (var source = Torchvision.class.getResourceAsStream("torchvision_export.py")) {
      Files.write(script, Objects.requireNonNull(source).readAllBytes());
    }
    var arguments = Stream.of(script.toString(), folder.toString());
    int status = run(Stream.concat(arguments, Stream.of(interpolations)).toArray(String[]::new));
    if (status != 0) {
      throw new IllegalStateException("the export ended with status " + status);
    }
    var vectors = new TreeMap<String, float[]>();
    for (var interpolation : interpolations) {
      vectors.put(interpolation, vector(folder.resolve(interpolation + ".f32")));
    }
    return new Torchvision(Files.readAllBytes(folder.resolve("model.onnx")), vectors);
  }

  private static float[] vector(Path file) throws IOException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    var vector = new float[bytes.remaining() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }

  private static int run(String... arguments) throws IOException, InterruptedException {
    var command = Stream.concat(Stream.of(PYTHON), Arrays.stream(arguments)).toList();
    return new ProcessBuilder(List.copyOf(command)).inheritIO().start().waitFor();
  }
}
