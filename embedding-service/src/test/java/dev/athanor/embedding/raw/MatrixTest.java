package dev.athanor.embedding.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixTest {
  private static final String PYTHON = "/usr/bin/python3";
  private static final float[][] ROWS = {{1, -0.5f, 3.14159f}, {0, 65504, 1e-8f}};

  @TempDir Path folder;

  @Test
  void bytesAreTheRowsInOrder() {
    var read = new float[6];
    ByteBuffer.wrap(Matrix.bytes(ROWS, NumberType.FLOAT32))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(read);
    assertThat(read).containsExactly(1, -0.5f, 3.14159f, 0, 65504, 1e-8f);
    assertThat(Matrix.bytes(ROWS, NumberType.FLOAT16)).hasSize(12);
  }

  @Test
  void aNumpyFileStartsAtAMultipleOf64() {
    var file = Matrix.npy(ROWS, NumberType.FLOAT32);
    assertThat(file.length - 24).isEqualTo(128);
    assertThat(new String(file, 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
    assertThat(file[127]).isEqualTo((byte) '\n');
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, float32", "FLOAT16, float16"})
  void numpyReadsIt(NumberType type, String dtype) throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of(PYTHON))
            && new ProcessBuilder(PYTHON, "-c", "import numpy").start().waitFor() == 0,
        "NO " + PYTHON + " with numpy: the oracle is not asked");
    var file = folder.resolve("vectors.npy");
    Files.write(file, Matrix.npy(ROWS, type));
    var program =
        """
        import numpy, sys
        found = numpy.load(sys.argv[1])
        expected = numpy.array([[1, -0.5, 3.14159], [0, 65504, 1e-8]], '<f4').astype(sys.argv[2])
        assert found.dtype == expected.dtype and found.shape == (2, 3), (found.dtype, found.shape)
        assert (found == expected).all(), found
        """;
    var process =
        new ProcessBuilder(PYTHON, "-c", program, file.toString(), dtype)
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "null, JSON",
        "*/*, JSON",
        "application/octet-stream, BYTES",
        "application/x-npy, NPY",
        "'application/json;q=0.5, application/x-npy', NPY",
        "'image/png, application/octet-stream;q=0.1', BYTES"
      })
  void theCallerChooses(String accept, AnswerFormat expected) {
    assertThat(AnswerFormat.of(accept)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"image/png", "nonsense", "application/json;q=0"})
  void whatWeDoNotWriteIsRefused(String accept) {
    assertThatThrownBy(() -> AnswerFormat.of(accept)).hasMessageContaining("Accept: ");
  }
}
