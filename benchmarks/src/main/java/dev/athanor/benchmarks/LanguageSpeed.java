package dev.athanor.benchmarks;

import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.objective.CausalLanguageModel;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;

/// Tokens a second of training a causal language model on a text's bytes from memory: four layers
/// of width 128 in LLaMA's layout, AdamW. `benchmarks/peers/language_speed.py` does the same in
/// PyTorch, and `benchmarks/language-speed` runs both in turn.
public final class LanguageSpeed {

  private static final int BATCH = 32;
  private static final int CONTEXT = 128;
  private static final double LEARNING_RATE = 2e-3;
  private static final int WARMUP = 20;
  private static final int LAST = 10;

  private LanguageSpeed() {}

  /// Arguments: text, warm-up steps, timed steps, threads, seed, and `speed` or `loss`. Prints the
  /// median over the timed steps in tokens a second, or the mean loss of the last ten steps in
  /// nats.
  public static void main(String[] args) throws IOException {
    var text = Files.readAllBytes(Path.of(args[0]));
    var warmup = Integer.parseInt(args[1]);
    var steps = Integer.parseInt(args[2]);
    Torch.useThreads(Integer.parseInt(args[3]));
    var seed = Long.parseLong(args[4]);
    var seconds = new ArrayList<Double>();
    var losses = new ArrayList<Double>();
    try (var session = TrainingSession.create(spec(warmup + steps, seed))) {
      for (var i = 0; i < warmup + steps; i++) {
        var batch = batch(text, i);
        var begin = System.nanoTime();
        losses.add(session.step(batch).loss());
        if (i >= warmup) {
          seconds.add((System.nanoTime() - begin) / 1e9);
        }
      }
    }
    Collections.sort(seconds);
    var speed = BATCH * CONTEXT / seconds.get(seconds.size() / 2);
    var loss =
        losses.subList(losses.size() - LAST, losses.size()).stream()
            .mapToDouble(Double::doubleValue)
            .average()
            .orElseThrow();
    System.out.println(args[5].equals("loss") ? "%.4f".formatted(loss) : "%.1f".formatted(speed));
  }

  private static TrainingSpec spec(long steps, long seed) {
    return new TrainingSpec(
        new CausalTransformer(4, 128, 4, 4, 344, 256, CONTEXT, 10_000, 1e-5, true),
        new CausalLanguageModel(),
        new AdamW(LEARNING_RATE, 0.1),
        new CosineSchedule(WARMUP, steps),
        1.0,
        seed,
        null);
  }

  /// Blocks whose places are a function of step and row alone, as the peer has them.
  private static TokenBatch batch(byte[] text, long step) {
    var ids = new int[BATCH * (CONTEXT + 1)];
    for (var row = 0; row < BATCH; row++) {
      var start = (int) ((step * BATCH + row) * 7_919 % (text.length - CONTEXT - 1));
      for (var t = 0; t <= CONTEXT; t++) {
        ids[row * (CONTEXT + 1) + t] = text[start + t] & 0xff;
      }
    }
    return new TokenBatch(1, BATCH, CONTEXT + 1, ids, null, null);
  }
}
