package dev.athanor.benchmarks.serving;

import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.card.Card;
import dev.athanor.learning.card.ModelFiles;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.SimClr;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Writes an encoder of random weights, 32×32 RGB, as a run publishes its own: what it knows does
/// not matter to how fast it is. A process of its own, because the engine that makes the weights is
/// not the one that serves them.
final class ExportEncoder {
  private static final int SIZE = 32;
  private static final int CHANNELS = 3;

  private ExportEncoder() {}

  /// Arguments: folder, name, version, depth, width.
  public static void main(String[] args) throws IOException {
    var encoder =
        new ResNet(
            Integer.parseInt(args[3]), Integer.parseInt(args[4]), ResNet.Stem.CIFAR, CHANNELS);
    var normalisation = new Normalisation(List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25));
    var spec =
        new TrainingSpec(
            encoder,
            new SimClr(new NtXent(0.2), new ProjectionHead(1, 8, 8)),
            new AdamW(0.001, 1e-4),
            new CosineSchedule(1, 2),
            null,
            1,
            normalisation);
    var card =
        new Card(
            args[1],
            Integer.parseInt(args[2]),
            Card.IMAGE_ENCODER,
            Card.Pixels.of(SIZE, SIZE, normalisation),
            Card.Embedding.of(encoder),
            Map.of("kind", "none"),
            Map.of("kind", "resnet", "depth", encoder.depth(), "width", encoder.width()),
            new Card.Dataset("none", 1),
            new TreeMap<>(),
            new Card.Trained("none", 0, null, "none", 1, null),
            new TreeMap<>());
    try (var session = TrainingSession.create(spec)) {
      new ModelFiles().write(Path.of(args[0]), encoder, session.encoderWeights(), card);
    }
  }

  /// @param depth as in [ResNet]
  /// @param width as in [ResNet]
  static Published export(Path folder, String name, int version, int depth, int width)
      throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-Dlogback.configurationFile=logback-benchmarks.xml",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                ExportEncoder.class.getName(),
                folder.toString(),
                name,
                Integer.toString(version),
                Integer.toString(depth),
                Integer.toString(width))
            .redirectErrorStream(true)
            .redirectOutput(new File(folder + ".log"))
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("the encoder was not written; see " + folder + ".log");
    }
    return Published.read(folder);
  }
}
