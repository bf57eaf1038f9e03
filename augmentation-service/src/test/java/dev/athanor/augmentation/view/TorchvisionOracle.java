package dev.athanor.augmentation.view;

import dev.athanor.preprocessing.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/// Asks torchvision what it makes of an image. Cases are collected and answered by one Python
/// process, because its start takes seconds.
final class TorchvisionOracle {
  /// A Python that has torch and torchvision; Debian's own has them as packages.
  private static final String PYTHON =
      Objects.requireNonNullElse(System.getenv("ATHANOR_PYTHON"), "/usr/bin/python3");

  private final Path folder;
  private final List<Case> cases = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();

  TorchvisionOracle(Path folder) {
    this.folder = folder;
  }

  /// @param what for messages
  /// @param tolerance the largest difference of a value that is still rounding
  /// @param share of the values that may differ at all
  record Case(String what, byte[] ours, Path theirs, int tolerance, double share) {
    /// The largest difference, as a message where it is too large.
    String verdict() {
      try {
        var answer = Files.readAllBytes(theirs);
        if (answer.length != ours.length) {
          return "%s: %d values (expected: %d)".formatted(what, ours.length, answer.length);
        }
        int worst = 0;
        int different = 0;
        for (int i = 0; i < ours.length; i++) {
          int difference = Math.abs((ours[i] & 0xff) - (answer[i] & 0xff));
          worst = Math.max(worst, difference);
          different += difference > 0 ? 1 : 0;
        }
        double part = (double) different / ours.length;
        return worst <= tolerance && part <= share
            ? ""
            : "%s: differs by %d, in %.2f %% of the values (expected: at most %d, in %.2f %%)"
                .formatted(what, worst, 100 * part, tolerance, 100 * share);
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
  }

  static void assumePresent() throws IOException, InterruptedException {
    boolean present = Files.isExecutable(Path.of(PYTHON)) && run("-c", "import torchvision") == 0;
    if (!present) {
      System.err.println(
          """

          !!! SKIPPED: the comparison with torchvision. %s cannot import it.
          !!! Install Debian's python3-torchvision, or point ATHANOR_PYTHON to a Python that has it.
          """
              .formatted(PYTHON));
    }
    Assumptions.assumeTrue(present, PYTHON + " cannot import torchvision");
  }

  /// Expects `ours` to be what torchvision makes of the image by these operations.
  void expect(
      String mode, Image image, List<String> operations, byte[] ours, int tolerance, double share) {
    var input = folder.resolve("in-%d.raw".formatted(cases.size()));
    write(input, image.pixels());
    expect(mode, input, image, operations, ours, tolerance, share);
  }

  /// As above, where Pillow decodes the image from a file.
  void expect(
      String mode,
      Path input,
      Image image,
      List<String> operations,
      byte[] ours,
      int tolerance,
      double share) {
    var output = folder.resolve("out-%d.raw".formatted(cases.size()));
    var head =
        "%s %s %d %d %d %s"
            .formatted(mode, input, image.height(), image.width(), image.channels(), output);
    lines.add(head + "|" + String.join("|", operations));
    var what = "%s of %s %s".formatted(operations, mode, size(image));
    cases.add(new Case(what, ours, output, tolerance, share));
  }

  /// What did not agree, in words.
  List<String> disagreements() throws IOException, InterruptedException {
    var script = folder.resolve("oracle.py");
    try (var source = TorchvisionOracle.class.getResourceAsStream("torchvision_oracle.py")) {
      Files.write(script, Objects.requireNonNull(source).readAllBytes());
    }
    var file = folder.resolve("cases.txt");
    Files.write(file, lines);
    int status = run(script.toString(), file.toString());
    if (status != 0) {
      return List.of("the oracle ended with status " + status);
    }
    return cases.stream().map(Case::verdict).filter(verdict -> !verdict.isEmpty()).toList();
  }

  private static int run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(PYTHON));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException full) {
      throw new UncheckedIOException(full);
    }
  }

  private static String size(Image image) {
    return "%dx%dx%d".formatted(image.height(), image.width(), image.channels());
  }
}
