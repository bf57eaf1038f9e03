package dev.athanor.benchmarks;

import dev.athanor.augmentation.view.Views;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.ConvDecoder;
import dev.athanor.learning.encoder.ConvNet;
import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.evaluation.CollapseFigures;
import dev.athanor.learning.evaluation.HealthyBands;
import dev.athanor.learning.evaluation.KNearestNeighbours;
import dev.athanor.learning.objective.Byol;
import dev.athanor.learning.objective.Likelihood;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.SimClr;
import dev.athanor.learning.objective.Vae;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.augmentation.Range;
import dev.athanor.platform.augmentation.ViewSettings;
import dev.athanor.preprocessing.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/// What docs/collapse.md speaks of: SimCLR, BYOL, BYOL with parts left out and a VAE, trained for
/// as many steps on Fashion-MNIST from memory, and what the collapse figures say of h and z.
/// `benchmarks/collapse-study` runs it.
public final class CollapseStudy {
  private static final int SIZE = 28;
  private static final int PIXELS = SIZE * SIZE;
  private static final int BATCH = 128;
  private static final int LOOKED_AT = 512;
  private static final int BANK = 2000;
  private static final int QUERIES = 1000;
  private static final long SEED = 42;
  private static final long NEVER_TRAINED_ON = 1_000_000;

  private final byte[] train;
  private final byte[] trainLabels;
  private final byte[] test;
  private final byte[] testLabels;
  private final Views augmented =
      Views.of(
          new AugmentationSettings(
                  SIZE,
                  new ViewSettings(
                      new ViewSettings.Crop(new Range(0.3, 1), new Range(3 / 4.0, 4 / 3.0)),
                      0.5,
                      new ViewSettings.ColourJitter(1, 0.4, 0.4, 0, 0),
                      0,
                      new ViewSettings.Blur(0, new Range(0.1, 2), 0),
                      new ViewSettings.Solarise(0, 128)),
                  null)
              .toProto(1, 2, false));

  private CollapseStudy(Path folder) throws IOException {
    this.train = body(folder.resolve("train-images-idx3-ubyte.gz"), 16);
    this.trainLabels = body(folder.resolve("train-labels-idx1-ubyte.gz"), 8);
    this.test = body(folder.resolve("t10k-images-idx3-ubyte.gz"), 16);
    this.testLabels = body(folder.resolve("t10k-labels-idx1-ubyte.gz"), 8);
  }

  /// Arguments: the folder of Fashion-MNIST's four files, steps of each run, threads.
  public static void main(String[] args) throws IOException {
    var study = new CollapseStudy(Path.of(args[0]));
    Torch.useThreads(Integer.parseInt(args[2]));
    System.out.println(
        "| Objective | Loss | z: std × √d | z: RankMe | z: alignment | z: uniformity | h: std × √d | h: RankMe | h: 20-NN | Alarm |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    int steps = Integer.parseInt(args[1]);
    study.lookAtUntrained(trials().getFirst(), steps);
    trials().forEach(trial -> study.run(trial, steps));
  }

  private record Trial(
      String name, ImageEncoder encoder, Objective objective, double learningRate) {}

  private static List<Trial> trials() {
    var head = new ProjectionHead(2, 128, 64);
    var resnet = new ResNet(10, 8, ResNet.Stem.CIFAR, 1);
    var vae = new Vae(32, 1, new Likelihood.Bernoulli(), new ConvDecoder(16, 1, SIZE));
    return List.of(
        new Trial("SimCLR", resnet, new SimClr(new NtXent(0.2), head), 0.003),
        new Trial("BYOL", resnet, new Byol(head, true, true, 0.97), 0.003),
        new Trial("BYOL without moving average", resnet, new Byol(head, true, false, 0.97), 0.003),
        new Trial("BYOL without predictor", resnet, new Byol(head, false, true, 0.97), 0.003),
        new Trial("BYOL without either", resnet, new Byol(head, false, false, 0.97), 0.003),
        new Trial("VAE", new ConvNet(16, 1, SIZE), vae, 0.001));
  }

  private void run(Trial trial, int steps) {
    try (var session = TrainingSession.create(spec(trial, steps))) {
      double loss = Double.NaN;
      while (!session.finished()) {
        loss = session.step(batch(trial.objective.views(), BATCH, session.nextStep())).loss();
      }
      print(trial.name, loss, session);
    }
  }

  /// Where a trial begins. Its figures are no alarm's business: nothing has been trained.
  private void lookAtUntrained(Trial trial, int steps) {
    try (var session = TrainingSession.create(spec(trial, steps))) {
      print(trial.name + " before the first step", Double.NaN, session);
    }
  }

  private static TrainingSpec spec(Trial trial, int steps) {
    return new TrainingSpec(
        trial.encoder,
        trial.objective,
        new AdamW(trial.learningRate, 1e-4),
        new CosineSchedule(20, steps),
        null,
        SEED,
        new Normalisation(List.of(0.286), List.of(0.353)));
  }

  /// @param loss of the last step; no number where there was none
  private void print(String name, double loss, TrainingSession session) {
    var looked = batch(2, LOOKED_AT, NEVER_TRAINED_ON);
    var h = figures(session.encode(looked));
    var healthy = HealthyBands.breaches(h, LOOKED_AT, session.encoder().dimensions()).isEmpty();
    var ofZ = "– | – | – | –";
    var compared = session.compared(looked);
    if (compared.isPresent()) {
      var z = figures(compared.get());
      healthy &= HealthyBands.breaches(z, LOOKED_AT, compared.get()[0].length).isEmpty();
      ofZ =
          "%.3f | %.1f | %.3f | %.3f".formatted(z.std(), z.rankMe(), z.alignment(), z.uniformity());
    }
    var accuracy =
        new KNearestNeighbours(20, 0.07)
            .accuracy(
                session.encode(plain(train, BANK)),
                labels(trainLabels, BANK),
                session.encode(plain(test, QUERIES)),
                labels(testLabels, QUERIES));
    System.out.printf(
        "| %s | %s | %s | %.3f | %.1f | %.1f %% | %s |%n",
        name,
        Double.isNaN(loss) ? "–" : "%.4f".formatted(loss),
        ofZ,
        h.std(),
        h.rankMe(),
        100 * accuracy,
        session.nextStep() == 0 ? "–" : healthy ? "no" : "**yes**");
  }

  private static CollapseFigures figures(float[][] both) {
    return CollapseFigures.of(
        Arrays.copyOf(both, LOOKED_AT), Arrays.copyOfRange(both, LOOKED_AT, 2 * LOOKED_AT));
  }

  /// Some training images, a function of `index` alone: two augmented views of each, or themselves.
  private ImageBatch batch(int views, int samples, long index) {
    var random = new Random(SEED + index);
    var pixels = new byte[views * samples * PIXELS];
    for (int i = 0; i < samples; i++) {
      int sample = random.nextInt(train.length / PIXELS) * PIXELS;
      if (views == 1) {
        System.arraycopy(train, sample, pixels, i * PIXELS, PIXELS);
        continue;
      }
      var image = new Image(SIZE, SIZE, 1, Arrays.copyOfRange(train, sample, sample + PIXELS));
      for (int view = 0; view < views; view++) {
        augmented.render(image, SEED, index, i, view, pixels, (view * samples + i) * PIXELS);
      }
    }
    return new ImageBatch(views, samples, SIZE, SIZE, 1, pixels, null);
  }

  private static ImageBatch plain(byte[] images, int count) {
    return new ImageBatch(1, count, SIZE, SIZE, 1, Arrays.copyOf(images, count * PIXELS), null);
  }

  private static int[] labels(byte[] labels, int count) {
    var first = new int[count];
    for (int i = 0; i < count; i++) {
      first[i] = labels[i];
    }
    return first;
  }

  private static byte[] body(Path file, int header) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      in.skipNBytes(header);
      return in.readAllBytes();
    }
  }
}
