package dev.athanor.benchmarks;

import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.SimClr;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Samples a second of SimCLR training with batches that wait in memory: ResNet-10 of width 16 with
/// the CIFAR stem on 28×28 grey pairs, AdamW. `benchmarks/peers/training_speed.py` does the same in
/// PyTorch, and `benchmarks/training-speed` runs both in turn.
public final class TrainingSpeed {

  private static final int BATCH = 256;
  private static final int SIZE = 28;

  private TrainingSpeed() {}

  /// Arguments: warm-up steps, timed steps, threads. Prints the median over the timed steps, in
  /// samples a second.
  public static void main(String[] args) {
    var warmup = Integer.parseInt(args[0]);
    var steps = Integer.parseInt(args[1]);
    Torch.useThreads(Integer.parseInt(args[2]));
    var batches = batches(8);
    var seconds = new ArrayList<Double>();
    try (var session = TrainingSession.create(spec(warmup + steps))) {
      for (var i = 0; i < warmup + steps; i++) {
        var begin = System.nanoTime();
        session.step(batches.get(i % batches.size()));
        if (i >= warmup) {
          seconds.add((System.nanoTime() - begin) / 1e9);
        }
      }
    }
    Collections.sort(seconds);
    System.out.printf("%.1f%n", BATCH / seconds.get(seconds.size() / 2));
  }

  private static TrainingSpec spec(long steps) {
    var encoder = new ResNet(10, 16, ResNet.Stem.CIFAR, 1);
    return new TrainingSpec(
        encoder,
        new SimClr(new NtXent(0.2), new ProjectionHead(2, encoder.dimensions(), 64)),
        new AdamW(0.002, 1e-4),
        new CosineSchedule(200, steps),
        null,
        0,
        new Normalisation(List.of(0.286), List.of(0.353)));
  }

  private static List<ImageBatch> batches(int count) {
    var random = new Random(0);
    var batches = new ArrayList<ImageBatch>();
    for (var i = 0; i < count; i++) {
      var pixels = new byte[2 * BATCH * SIZE * SIZE];
      random.nextBytes(pixels);
      batches.add(new ImageBatch(2, BATCH, SIZE, SIZE, 1, pixels, null));
    }
    return batches;
  }
}
