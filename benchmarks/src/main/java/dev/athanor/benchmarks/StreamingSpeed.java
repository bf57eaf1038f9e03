package dev.athanor.benchmarks;

import dev.athanor.launcher.demo.Gateway;
import dev.athanor.launcher.demo.ShapesArchive;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.SimClr;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.BatchSource;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.trainer.batch.Asker;
import dev.athanor.trainer.batch.BatchClients;
import dev.athanor.trainer.batch.Limits;
import dev.athanor.trainer.batch.Mailbox;
import dev.athanor.trainer.batch.StreamSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// What the stream costs the trainer: samples a second of SimCLR training (ResNet-10 of width 16,
/// 256 pairs of 32×32 colour views a batch) with batches from memory, with batches that an
/// augmenter on the same cores makes meanwhile, and with batches that are made already and only
/// travel. The three take turns, so that whatever else the machine does hits all alike.
/// `benchmarks/streaming` starts the platform that this needs.
public final class StreamingSpeed {
  private static final String DATASET = "streaming";
  private static final int BATCH = 256;
  private static final int SIZE = 32;
  private static final int TRAIN = 10_000;
  private static final int MAILBOX = 15;
  private static final int WARM_UP = 10;
  private static final int TIMED = 40;
  private static final long WINDOW_BYTES = 256 << 20;
  private static final int WINDOW_BATCHES = 64;

  /// Requests that expired long ago: the platform's own augmenter skips them.
  private static final Clock LONG_AGO = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private final String bootstrapServers;
  private long outstanding;

  private StreamingSpeed(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /// Arguments: the gateway's URL, bootstrap servers, rounds, threads.
  public static void main(String[] args) throws IOException, InterruptedException {
    ingest(new Gateway(args[0]));
    Torch.useThreads(Integer.parseInt(args[3]));
    new StreamingSpeed(args[1]).run(Integer.parseInt(args[2]));
  }

  private static void ingest(Gateway gateway) throws IOException, InterruptedException {
    var tar = new ByteArrayOutputStream();
    new ShapesArchive(1, TRAIN, 1000).writeTo(tar);
    gateway.post("/v1/datasets/" + DATASET + "/versions", Map.of());
    var version = "/v1/datasets/" + DATASET + "/versions/1";
    gateway.put(version + "/files/auto/images.tar", new ByteArrayInputStream(tar.toByteArray()));
    gateway.post(version + "/ingest", Map.of());
    gateway.awaitReady(version, _ -> {});
  }

  private void run(int rounds) throws IOException, InterruptedException {
    var replaying = replayingAugmenter();
    try {
      var inMemory = new ArrayList<Batch>();
      try (var mailbox = mailbox(Clock.systemUTC())) {
        try (var stream = mailbox.open(asker("live"), stream(8), limits(), () -> {})) {
          for (var i = 0; i < 8; i++) {
            inMemory.add(stream.batch(i));
          }
        }
      }
      var memory = new ArrayList<Double>();
      var live = new ArrayList<Double>();
      var ready = new ArrayList<Double>();
      for (var round = 0; round < rounds; round++) {
        memory.add(train(index -> inMemory.get((int) (index % inMemory.size()))));
        live.add(streamed("live", Clock.systemUTC()));
        ready.add(streamed(ReplayingAugmenter.RUN, LONG_AGO));
      }
      System.out.printf(
          "from memory %.1f samples/s; streamed, augmented meanwhile %.1f (%.2f); streamed, batches made before %.1f (%.2f)%n",
          median(memory),
          median(live),
          median(live) / median(memory),
          median(ready),
          median(ready) / median(memory));
      System.out.printf(
          "most bytes outstanding %,d of a window of %,d%n", outstanding, WINDOW_BYTES);
    } finally {
      replaying.destroy();
    }
  }

  private Process replayingAugmenter() throws IOException {
    var process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                ReplayingAugmenter.class.getName(),
                bootstrapServers,
                Integer.toString(MAILBOX))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.inputReader(StandardCharsets.UTF_8).readLine() == null) {
      throw new IOException("the replaying augmenter did not start");
    }
    return process;
  }

  private double streamed(String run, Clock clock) throws InterruptedException {
    try (var mailbox = mailbox(clock);
        var stream =
            mailbox.open(
                asker(run),
                stream(WARM_UP + TIMED),
                limits(),
                () -> outstanding = Math.max(outstanding, mailbox.outstandingBytes()))) {
      return train(stream);
    }
  }

  private Mailbox mailbox(Clock clock) {
    return new Mailbox(
        BatchClients.open(bootstrapServers), MAILBOX, () -> {}, clock, System::nanoTime);
  }

  private static Asker asker(String run) {
    return new Asker(run, 1, null);
  }

  private static Limits limits() {
    return new Limits(WINDOW_BYTES, WINDOW_BATCHES, Duration.ofSeconds(20), 5);
  }

  private static StreamSpec stream(long batches) {
    var views = AugmentationSettings.simclr().sized(SIZE).toProto(3, 2, false);
    return new StreamSpec("train", DATASET, 1, "train", null, views, 0, BATCH, TRAIN, 0, batches);
  }

  /// Samples a second over the timed steps, waiting for batches included.
  private static double train(BatchSource source) throws InterruptedException {
    try (var session = TrainingSession.create(spec())) {
      long begin = 0;
      for (long i = 0; i < WARM_UP + TIMED; i++) {
        if (i == WARM_UP) {
          begin = System.nanoTime();
        }
        session.step(source.batch(i));
      }
      return BATCH * TIMED / ((System.nanoTime() - begin) / 1e9);
    }
  }

  private static TrainingSpec spec() {
    var encoder = new ResNet(10, 16, ResNet.Stem.CIFAR, 3);
    return new TrainingSpec(
        encoder,
        new SimClr(new NtXent(0.2), new ProjectionHead(2, encoder.dimensions(), 64)),
        new AdamW(0.002, 1e-4),
        new CosineSchedule(20, WARM_UP + TIMED),
        null,
        0,
        new Normalisation(List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25)));
  }

  private static double median(List<Double> values) {
    var sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
