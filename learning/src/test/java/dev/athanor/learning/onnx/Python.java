package dev.athanor.learning.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An interpreter to ask for a second opinion.
public final class Python {
  private static final String PYTHON = "/usr/bin/python3";

  private Python() {}

  /// Skips the test, loudly, where there is none with this module.
  public static void assume(String module) throws IOException, InterruptedException {
    boolean there =
        Files.isExecutable(Path.of(PYTHON))
            && new ProcessBuilder(PYTHON, "-c", "import " + module).start().waitFor() == 0;
    assumeTrue(there, "NO " + PYTHON + " with " + module + ": an oracle is not asked");
  }

  /// Runs a program, which fails by raising.
  public static void run(String program, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(PYTHON, "-c", program));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
