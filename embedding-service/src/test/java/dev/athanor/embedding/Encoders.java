package dev.athanor.embedding;

import dev.athanor.contracts.registry.ModelFile;
import dev.athanor.learning.batch.ImageBatch;
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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Encoders as the trainer makes and publishes them, trained for three steps.
public final class Encoders {
  public static final int SIZE = 32;

  private static final int CHANNELS = 3;
  private static final String VECTORS = "vectors";

  private Encoders() {}

  /// A published version's files, and what the trainer's own forward pass makes of some pixels.
  ///
  /// @param folder `model.onnx`, `weights.safetensors`, `card.json`
  /// @param pixels uint8 `(PROBES, SIZE, SIZE, channels)`
  /// @param vectors (PROBES, D), the trainer's
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  public record Trained(Path folder, Card card, byte[] pixels, float[][] vectors) {
    public static final int PROBES = 3;

    public int dimensions() {
      return vectors[0].length;
    }

    public byte[] onnx() throws IOException {
      return Files.readAllBytes(folder.resolve(ModelFiles.MODEL));
    }

    Published published() throws IOException {
      var file = Objects.requireNonNull(card.files().get(ModelFiles.MODEL));
      return new Published(
          folder,
          card.name(),
          card.version(),
          Files.readString(folder.resolve(ModelFiles.CARD)),
          List.of(
              ModelFile.newBuilder()
                  .setName(ModelFiles.MODEL)
                  .setBytes(file.bytes())
                  .setSha256(file.sha256())
                  .build()));
    }
  }

  /// Trains in a process of its own.
  ///
  /// @param name in the card; it changes nothing else
  /// @param width of the first stage; 4 costs well below a millisecond, 64 some of them
  public static Trained train(Path folder, String name, int version, int width)
      throws IOException, InterruptedException {
    Training.run(Encoders.class, folder, Integer.toString(version), Integer.toString(width));
    var file = folder.resolve(ModelFiles.CARD);
    var json = (ObjectNode) JsonMapper.shared().readTree(Files.readAllBytes(file));
    var named = JsonMapper.shared().writeValueAsBytes(json.put("name", name));
    Files.write(file, named);
    var card = Card.ofJson(named);
    var floats = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(VECTORS))).asFloatBuffer();
    var output = (Card.Embedding) card.output();
    var vectors = new float[Trained.PROBES][output.dimensions()];
    for (var row : vectors) {
      floats.get(row);
    }
    return new Trained(folder, card, probes().pixels(), vectors);
  }

  /// Trains for three steps and writes what there is to read.
  public static void main(String[] arguments) throws IOException {
    var folder = Path.of(arguments[0]);
    int version = Integer.parseInt(arguments[1]);
    var encoder = new ResNet(10, Integer.parseInt(arguments[2]), ResNet.Stem.CIFAR, CHANNELS);
    var normalisation =
        new Normalisation(Collections.nCopies(CHANNELS, 0.4), Collections.nCopies(CHANNELS, 0.25));
    var spec =
        new TrainingSpec(
            encoder,
            new SimClr(new NtXent(0.2), new ProjectionHead(2, 16, 8)),
            new AdamW(0.01, 1e-4),
            new CosineSchedule(1, 3),
            null,
            version,
            normalisation);
    try (var session = TrainingSession.create(spec)) {
      for (int step = 0; step < 3; step++) {
        session.step(batch(2, 8, step));
      }
      var card =
          new Card(
              "unnamed",
              version,
              Card.IMAGE_ENCODER,
              Card.Pixels.of(SIZE, SIZE, normalisation),
              Card.Embedding.of(encoder),
              Map.of("kind", "simclr"),
              Map.of("kind", "resnet"),
              new Card.Dataset("noise", 1),
              new TreeMap<>(),
              new Card.Trained("run", 3, null, "test", 1, null),
              new TreeMap<>());
      new ModelFiles().write(folder, encoder, session.encoderWeights(), card);
      var vectors = session.encode(probes());
      var bytes = ByteBuffer.allocate(vectors.length * vectors[0].length * Float.BYTES);
      for (var row : vectors) {
        for (float value : row) {
          bytes.putFloat(value);
        }
      }
      Files.write(folder.resolve(VECTORS), bytes.array());
    }
  }

  private static ImageBatch probes() {
    return batch(1, Trained.PROBES, 99);
  }

  private static ImageBatch batch(int views, int samples, long seed) {
    var pixels = new byte[views * samples * SIZE * SIZE * CHANNELS];
    new Random(seed).nextBytes(pixels);
    return new ImageBatch(views, samples, SIZE, SIZE, CHANNELS, pixels, null);
  }

  /// Images of noise, as PNG.
  public static List<byte[]> images(int count, long seed) {
    var random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(_ -> Pictures.png(Pictures.noise(SIZE, SIZE, random)))
        .toList();
  }
}
