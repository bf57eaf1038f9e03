package dev.athanor.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.Supervised;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.optimiser.Lars;
import dev.athanor.learning.optimiser.Optimiser;
import dev.athanor.learning.optimiser.Sgd;
import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.learning.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingSessionTest {

  private static final Objective SIMCLR = Synthetic.simClr(1).objective();

  @TempDir Path folder;

  @Test
  void lossFallsOnATinyDataset() throws InterruptedException {
    var losses = losses(Synthetic.simClr(60), 2);
    assertThat(losses).hasSize(60);
    assertThat(losses.getLast()).isLessThan(losses.getFirst() * 0.8);
  }

  @Test
  void supervisedTrainingLearnsTheLabels() throws InterruptedException {
    var spec = Synthetic.spec(new Supervised(Synthetic.CLASSES), new AdamW(0.01, 1e-4), 60);
    try (var session = TrainingSession.create(spec)) {
      TrainingLoop.run(session, index -> Synthetic.batch(1, 16, index), _ -> {});
      var batch = Synthetic.batch(1, 64, 1_000);
      var logits = session.project(batch);
      var labels = Objects.requireNonNull(batch.labels());
      var right = 0;
      for (var i = 0; i < 64; i++) {
        right += argMax(logits[i]) == labels[i] ? 1 : 0;
      }
      assertThat(right).isGreaterThan(60);
    }
  }

  @Test
  void oneSeedGivesTheSameBits() throws Exception {
    assertThat(train(Synthetic.simClr(8), "a")).isEqualTo(train(Synthetic.simClr(8), "b"));
  }

  static List<Optimiser> optimisers() {
    return List.of(new AdamW(0.01, 1e-4), new Sgd(0.05, 0.9, 1e-4), new Lars(0.5, 0.9, 1e-4));
  }

  @ParameterizedTest
  @MethodSource("optimisers")
  void aRunThatWasInterruptedEndsWithTheSameBits(Optimiser optimiser) throws Exception {
    var spec = Synthetic.spec(SIMCLR, optimiser, 9);
    var whole = train(spec, "whole");

    var middle = folder.resolve("middle");
    try (var session = TrainingSession.create(spec)) {
      steps(session, 4);
      session.save(middle);
      steps(session, 2); // lost work, done again after the restart
    }
    try (var session = TrainingSession.restore(spec, middle)) {
      assertThat(session.nextStep()).isEqualTo(4);
      steps(session, 5);
      assertThat(session.finished()).isTrue();
      session.save(folder.resolve("resumed"));
    }
    assertThat(hashes(folder.resolve("resumed"))).isEqualTo(whole);
  }

  @Test
  void aCheckpointRestoresEveryTensor() throws IOException {
    var spec = Synthetic.simClr(9);
    try (var session = TrainingSession.create(spec)) {
      steps(session, 3);
      session.save(folder.resolve("a"));
    }
    try (var session = TrainingSession.restore(spec, folder.resolve("a"))) {
      session.save(folder.resolve("b"));
    }
    for (var file : List.of("weights.safetensors", "optimiser.safetensors")) {
      assertThat(Safetensors.read(folder.resolve("b").resolve(file)))
          .isEqualTo(Safetensors.read(folder.resolve("a").resolve(file)));
    }
    var weights = Safetensors.read(folder.resolve("a/weights.safetensors")).tensors();
    assertThat(Tensor.named("bn1.running_mean", weights).floats()).doesNotContain(0);
    assertThat(weights).containsKeys("head.0.linear.weight", "head.0.norm.running_var");
    var optimiser = Safetensors.read(folder.resolve("a/optimiser.safetensors")).tensors();
    assertThat(Tensor.named("conv1.weight.step", optimiser).longs()).containsExactly(3);
    assertThat(Files.readString(folder.resolve("a/state.json"))).contains("\"nextStep\" : 3");
  }

  @Test
  void aRunMayBeSavedBeforeItsFirstStep() throws Exception {
    var spec = Synthetic.simClr(4);
    try (var session = TrainingSession.create(spec)) {
      session.save(folder.resolve("start"));
    }
    try (var session = TrainingSession.restore(spec, folder.resolve("start"))) {
      steps(session, 4);
      session.save(folder.resolve("end"));
    }
    assertThat(hashes(folder.resolve("end"))).isEqualTo(train(spec, "whole"));
  }

  @Test
  void lookingDoesNotDisturbTraining() throws Exception {
    var spec = Synthetic.simClr(6);
    var undisturbed = train(spec, "undisturbed");
    try (var session = TrainingSession.create(spec)) {
      for (var i = 0; i < 6; i++) {
        session.step(Synthetic.batch(2, 8, i));
        var _ = session.encode(Synthetic.batch(1, 5, 77));
        var _ = session.project(Synthetic.batch(2, 3, 78));
        session.save(folder.resolve("look"));
      }
    }
    assertThat(hashes(folder.resolve("look"))).isEqualTo(undisturbed);
  }

  @Test
  void anImageIsEncodedAlikeInEveryBatch() {
    try (var session = TrainingSession.create(Synthetic.simClr(6))) {
      steps(session, 3);
      var many = session.encode(Synthetic.batch(1, 7, 5));
      assertThat(many).hasDimensions(7, session.spec().encoder().dimensions());
      var pixels = Synthetic.batch(1, 7, 5).pixels();
      var size = Synthetic.SIZE * Synthetic.SIZE;
      for (var i = 0; i < 7; i++) {
        var one = Arrays.copyOfRange(pixels, i * size, (i + 1) * size);
        var alone =
            session.encode(new ImageBatch(1, 1, Synthetic.SIZE, Synthetic.SIZE, 1, one, null));
        assertThat(alone[0]).containsExactly(many[i], within(1e-5f));
      }
    }
  }

  @Test
  void encoderWeightsAreTheWeightsWithoutTheHead() {
    try (var session = TrainingSession.create(Synthetic.simClr(6))) {
      var encoder = session.encoderWeights();
      assertThat(encoder).containsKey("layer4.0.bn2.running_var");
      assertThat(encoder.keySet()).noneMatch(name -> name.startsWith("head."));
      assertThat(session.weights().keySet()).containsAll(encoder.keySet());
    }
  }

  @Test
  void threadsTrainIndependently() throws Exception {
    var alone = train(Synthetic.simClr(6), "alone");
    try (var pool = Executors.newFixedThreadPool(2)) {
      var first = pool.submit(() -> train(Synthetic.simClr(6), "first"));
      var second = pool.submit(() -> train(Synthetic.simClr(6), "second"));
      assertThat(first.get()).isEqualTo(alone);
      assertThat(second.get()).isEqualTo(alone);
    }
  }

  @Test
  void refusesABatchThatDoesNotFit() {
    try (var session = TrainingSession.create(Synthetic.simClr(6))) {
      assertThatThrownBy(() -> session.step(Synthetic.batch(1, 4, 0)))
          .hasMessage("batch: 1 views (expected: 2)");
      var colour = new ImageBatch(2, 1, 2, 2, 3, new byte[24], null);
      assertThatThrownBy(() -> session.step(colour)).hasMessage("batch: 3 channels (expected: 1)");
      assertThat(session.nextStep()).isZero();
    }
  }

  @Test
  void refusesLabelsThatAreMissingOrOutOfRange() {
    var spec = Synthetic.spec(new Supervised(3), new AdamW(0.01, 0), 6);
    try (var session = TrainingSession.create(spec)) {
      var size = Synthetic.SIZE;
      var pixels = new byte[2 * size * size];
      var unlabelled = new ImageBatch(1, 2, size, size, 1, pixels, null);
      assertThatThrownBy(() -> session.step(unlabelled))
          .hasMessage("labels: none (expected: one a sample)");
      var wrong = new ImageBatch(1, 2, size, size, 1, pixels, new int[] {2, 3});
      assertThatThrownBy(() -> session.step(wrong)).hasMessage("labels: 3 (expected: from 0 to 2)");
    }
  }

  @Test
  void refusesAStepAfterTheLast() {
    try (var session = TrainingSession.create(Synthetic.simClr(1))) {
      steps(session, 1);
      assertThatThrownBy(() -> session.step(Synthetic.batch(2, 8, 1)))
          .hasMessage("step 1: the run has only 1 steps");
    }
  }

  @Test
  void stopsBeforeTheWeightsMoveWhenTheLossIsNoNumber() throws IOException {
    var spec = Synthetic.spec(SIMCLR, new Sgd(1e38, 0, 0), 20);
    try (var session = TrainingSession.create(unclipped(spec))) {
      assertThatThrownBy(() -> steps(session, 20))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("NaN");
      assertThat(session.nextStep()).isLessThan(20);
    }
  }

  @Test
  void refusesTheCheckpointOfAnotherRun() throws IOException {
    try (var session = TrainingSession.create(Synthetic.simClr(6))) {
      session.save(folder);
    }
    assertThatThrownBy(() -> TrainingSession.restore(Synthetic.simClr(7), folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("steps=6")
        .hasMessageContaining("expected")
        .hasMessageContaining("steps=7");
  }

  @Test
  void saysWhatIsWrongWithADamagedCheckpoint() throws IOException {
    var spec = Synthetic.simClr(6);
    try (var session = TrainingSession.create(spec)) {
      session.save(folder);
    }
    var weights = folder.resolve("weights.safetensors");
    var bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> TrainingSession.restore(spec, folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected");
    Files.writeString(folder.resolve("state.json"), "{");
    assertThatThrownBy(() -> TrainingSession.restore(spec, folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("state.json");
  }

  private List<String> train(TrainingSpec spec, String name) throws Exception {
    try (var session = TrainingSession.create(spec)) {
      steps(session, spec.steps());
      session.save(folder.resolve(name));
    }
    return hashes(folder.resolve(name));
  }

  private static void steps(TrainingSession session, long count) {
    for (var i = 0; i < count; i++) {
      session.step(Synthetic.batch(2, 8, session.nextStep()));
    }
  }

  private static List<Double> losses(TrainingSpec spec, int views) throws InterruptedException {
    var losses = new ArrayList<Double>();
    try (var session = TrainingSession.create(spec)) {
      TrainingLoop.run(
          session, index -> Synthetic.batch(views, 16, index), step -> losses.add(step.loss()));
    }
    return losses;
  }

  /// SHA-256 of the weights' and of the optimiser's file.
  private static List<String> hashes(Path folder) throws IOException, NoSuchAlgorithmException {
    var hashes = new ArrayList<String>();
    for (var file : List.of("weights.safetensors", "optimiser.safetensors")) {
      var digest = MessageDigest.getInstance("SHA-256");
      hashes.add(HexFormat.of().formatHex(digest.digest(Files.readAllBytes(folder.resolve(file)))));
    }
    return hashes;
  }

  private static TrainingSpec unclipped(TrainingSpec spec) {
    return new TrainingSpec(
        spec.encoder(),
        spec.objective(),
        spec.optimiser(),
        spec.schedule(),
        null,
        spec.seed(),
        spec.normalisation());
  }

  private static int argMax(float[] values) {
    var best = 0;
    for (var i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
