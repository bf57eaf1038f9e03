package dev.athanor.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.MaskedTransformer;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.evaluation.HeldOutText;
import dev.athanor.learning.evaluation.TextScorer;
import dev.athanor.learning.huggingface.LlamaFolder;
import dev.athanor.learning.huggingface.LlamaModel;
import dev.athanor.learning.huggingface.TokenizerFiles;
import dev.athanor.learning.objective.CausalLanguageModel;
import dev.athanor.learning.objective.MaskedLanguageModel;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.Supervised;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.preprocessing.tokenizer.ByteLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Language models through the same session as everything else.
class TextTrainingTest {

  private static final CausalTransformer CAUSAL =
      new CausalTransformer(2, 16, 2, 1, 24, 12, 16, 10_000, 1e-5, false);
  private static final MaskedTransformer MASKED = new MaskedTransformer(2, 16, 2, 24, 12, 16);

  @TempDir Path folder;

  /// Bytes of plays. A model that knew only how frequent each byte is would come to the entropy of
  /// one byte, here and on what it has not seen; this one learns more in seconds.
  @Test
  void learnsMoreThanTheFrequenciesOfLetters() throws Exception {
    var text = shakespeare();
    var train = Arrays.copyOf(text, text.length * 9 / 10);
    var test = Arrays.copyOfRange(text, train.length, train.length + 8_192);
    var net = new CausalTransformer(2, 64, 4, 4, 176, 256, 64, 10_000, 1e-5, true);
    var spec = spec(net, new CausalLanguageModel(), 100, 1e-2);
    try (var session = TrainingSession.create(spec)) {
      TrainingLoop.run(session, index -> blocks(train, 12, 65, index), _ -> {});
      var held = heldOut(net, session, test);
      var perByte = held.bitsPerByte();
      assertThat(perByte).isLessThan(unigramEntropy(test) - 0.4).isGreaterThan(1);
      assertThat(Math.log(held.perplexity()) / Math.log(2)).isCloseTo(perByte, within(1e-9));
    }
  }

  private static HeldOutText heldOut(CausalTransformer net, TrainingSession session, int[] text) {
    try (var scorer = new TextScorer(net, session.weights(), 32, () -> {})) {
      Arrays.stream(text).forEach(scorer::read);
      return scorer.finish(scorer.predicted());
    }
  }

  /// Where a sequence says one thing again and again, what is hidden stands beside it.
  @Test
  void aMaskedModelLearnsToLookAtTheOthers() {
    var spec = spec(MASKED, new MaskedLanguageModel(), 200, 1e-2);
    try (var session = TrainingSession.create(spec)) {
      var first = session.step(masked(0)).loss();
      var last = first;
      while (!session.finished()) {
        last = session.step(masked(session.nextStep())).loss();
      }
      assertThat(first).isCloseTo(Math.log(12), within(0.3));
      assertThat(last).isLessThan(0.5);
    }
  }

  /// Chance hides nothing in the third batch: the step counts, and nothing else of the state does.
  @Test
  void aBatchWithoutHiddenTokensIsAStepInWhichNothingMoves() throws IOException {
    var spec = spec(MASKED, new MaskedLanguageModel(), 6, 1e-2);
    try (var whole = TrainingSession.create(spec);
        var first = TrainingSession.create(spec)) {
      steps(whole, false, 2);
      var before = whole.weights();
      var step = whole.step(untouched());
      assertThat(step.number()).isEqualTo(2);
      assertThat(step.moved()).isFalse();
      assertThat(step.loss()).isNaN();
      assertThat(step.learningRate()).isEqualTo(1e-2 * spec.schedule().factor(2));
      assertThat(whole.weights()).isEqualTo(before);
      steps(whole, false, 3);
      assertThat(whole.finished()).isTrue();

      steps(first, false, 2);
      first.step(untouched());
      first.save(folder);
      try (var second = TrainingSession.restore(spec, folder)) {
        steps(second, false, 3);
        assertThat(second.weights()).isEqualTo(whole.weights());
      }
      assertThatThrownBy(() -> first.loss(untouched()))
          .hasMessage("targets: none (expected: at least one hidden token)");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRunThatWasInterruptedEndsWithTheSameBits(boolean causal) throws IOException {
    var spec = causal ? causal(6) : spec(MASKED, new MaskedLanguageModel(), 6, 1e-2);
    try (var whole = TrainingSession.create(spec);
        var first = TrainingSession.create(spec)) {
      steps(whole, causal, 6);
      steps(first, causal, 3);
      first.save(folder);
      steps(first, causal, 1); // lost work
      try (var second = TrainingSession.restore(spec, folder)) {
        steps(second, causal, 3);
        assertThat(second.weights()).isEqualTo(whole.weights());
      }
    }
  }

  /// Out to Hugging Face's layout, in again, and on: the weights are the very same.
  @Test
  void anExportedModelIsTrainedFurther() throws IOException {
    try (var session = TrainingSession.create(causal(3))) {
      steps(session, true, 3);
      var model = new LlamaModel(CAUSAL, session.weights(), null, List.of());
      LlamaFolder.write(
          folder.resolve("model"), model, TokenizerFiles.of(model, ByteLevel.bytes()));
      var imported = LlamaFolder.read(folder.resolve("model"));
      try (var further = TrainingSession.create(causal(3), imported.weights());
          var repeated = TrainingSession.create(causal(3), session.weights())) {
        assertThat(further.weights()).isEqualTo(session.weights());
        assertThat(further.encode(tokens(7))).isEqualTo(session.encode(tokens(7)));
        assertThat(further.step(tokens(3)).loss()).isEqualTo(repeated.step(tokens(3)).loss());
      }
      var without = session.weights();
      without.remove("model.norm.weight");
      assertThatThrownBy(() -> TrainingSession.create(causal(3), without))
          .hasMessage("tensor model.norm.weight: missing");
      var more = session.weights();
      more.put("other", Tensor.floats(List.of(1L), 1));
      assertThatThrownBy(() -> TrainingSession.create(causal(3), more))
          .hasMessageStartingWith("tensor other: unknown (expected:");
    }
  }

  @Test
  void aTextIsEncodedAlikeInEveryBatch() {
    for (var encoder : List.of((Encoder) CAUSAL, MASKED)) {
      Objective objective =
          encoder instanceof CausalTransformer
              ? new CausalLanguageModel()
              : new MaskedLanguageModel();
      try (var session = TrainingSession.create(spec(encoder, objective, 2, 1e-2))) {
        var ids = new int[] {1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0};
        var both = session.encode(TokenBatch.ofLengths(2, 6, ids, new int[] {6, 2}, null, null));
        var alone = session.encode(new TokenBatch(1, 1, 2, new int[] {7, 8}, null, null));
        assertThat(both).hasDimensions(2, 16);
        assertThat(both[1]).containsExactly(alone[0], within(1e-5f));
      }
    }
  }

  /// Fine-tuning a text encoder needs nothing of its own.
  @Test
  void supervisedTrainingReadsTextToo() {
    var spec = spec(MASKED, new Supervised(2), 60, 1e-2);
    try (var session = TrainingSession.create(spec)) {
      var loss = 1.0;
      while (!session.finished()) {
        var random = new Random(session.nextStep());
        var ids = random.ints(8 * 5, 2, 12).toArray();
        var labels = random.ints(8, 0, 2).toArray();
        for (var n = 0; n < 8; n++) {
          ids[5 * n + random.nextInt(5)] = labels[n];
        }
        loss = session.step(new TokenBatch(1, 8, 5, ids, null, labels)).loss();
      }
      assertThat(loss).isLessThan(0.3);
    }
  }

  @Test
  void theLossOfABatchIsWhatAStepOnItBeginsWith() {
    try (var session = TrainingSession.create(causal(3))) {
      var before = session.weights();
      var loss = session.loss(tokens(0));
      assertThat(session.weights()).isEqualTo(before);
      assertThat(session.step(tokens(0)).loss()).isEqualTo(loss);
      assertThat(session.loss(tokens(0))).isNotEqualTo(loss);
    }
  }

  @Test
  void refusesABatchOfAnotherKindOrVocabulary() {
    try (var session = TrainingSession.create(causal(3))) {
      var images = new ImageBatch(1, 1, 2, 2, 1, new byte[4], null);
      assertThatThrownBy(() -> session.step(images))
          .hasMessage("batch: ImageBatch(1 views, 1 samples, 2x2x1) (expected: tokens)");
      var unknown = new TokenBatch(1, 1, 2, new int[] {3, 12}, null, null);
      assertThatThrownBy(() -> session.step(unknown))
          .hasMessage("ids: 12 (expected: < 12, the vocabulary)");
      assertThatThrownBy(() -> session.encode(unknown))
          .hasMessage("ids: 12 (expected: < 12, the vocabulary)");
      assertThat(session.nextStep()).isZero();
    }
    try (var session = TrainingSession.create(Synthetic.simClr(3))) {
      assertThatThrownBy(() -> session.encode(tokens(1)))
          .hasMessage("batch: TokenBatch(1 views, 4 samples, 9 tokens) (expected: images)");
    }
    assertThatThrownBy(
            () -> TrainingSession.create(spec(MASKED, new CausalLanguageModel(), 3, 1e-2)))
        .hasMessageEndingWith("(expected: a causal transformer)");
  }

  @Test
  void refusesANormalisationOfText() {
    assertThatThrownBy(
            () ->
                new TrainingSpec(
                    CAUSAL,
                    new CausalLanguageModel(),
                    new AdamW(0.01, 0),
                    new CosineSchedule(0, 1),
                    null,
                    1,
                    new Normalisation(List.of(0.5), List.of(0.5))))
        .hasMessageStartingWith("normalisation: ")
        .hasMessageEndingWith("(expected: none for text)");
    var images = new ResNet(10, 4, ResNet.Stem.CIFAR, 1);
    assertThatThrownBy(() -> spec(images, new CausalLanguageModel(), 1, 0.1))
        .hasMessage("normalisation: missing (expected: one for images)");
  }

  private static TrainingSpec causal(long steps) {
    return spec(CAUSAL, new CausalLanguageModel(), steps, 1e-2);
  }

  private static TrainingSpec spec(
      Encoder encoder, Objective objective, long steps, double learningRate) {
    return new TrainingSpec(
        encoder,
        objective,
        new AdamW(learningRate, 0.01),
        new CosineSchedule(steps / 10, steps),
        1.0,
        7,
        null);
  }

  private static void steps(TrainingSession session, boolean causal, int count) {
    for (var i = 0; i < count; i++) {
      session.step(causal ? tokens(session.nextStep()) : masked(session.nextStep()));
    }
  }

  /// A function of the index alone.
  private static Batch tokens(long index) {
    return new TokenBatch(1, 4, 9, new Random(index).ints(36, 0, 12).toArray(), null, null);
  }

  /// One number six times, of which one is hidden behind 11.
  private static Batch masked(long index) {
    var random = new Random(index);
    var ids = new int[8 * 6];
    var targets = new int[8 * 6];
    Arrays.fill(targets, TokenBatch.NOT_HIDDEN);
    for (var n = 0; n < 8; n++) {
      Arrays.fill(ids, 6 * n, 6 * n + 6, random.nextInt(11));
      var hidden = 6 * n + random.nextInt(6);
      targets[hidden] = ids[hidden];
      ids[hidden] = 11;
    }
    return new TokenBatch(1, 8, 6, ids, targets, null);
  }

  private static Batch untouched() {
    var targets = new int[8 * 6];
    Arrays.fill(targets, TokenBatch.NOT_HIDDEN);
    return new TokenBatch(1, 8, 6, new int[8 * 6], targets, null);
  }

  private static Batch blocks(int[] text, int samples, int length, long index) {
    var random = new Random(index);
    var ids = new int[samples * length];
    for (var n = 0; n < samples; n++) {
      System.arraycopy(text, random.nextInt(text.length - length), ids, n * length, length);
    }
    return new TokenBatch(1, samples, length, ids, null, null);
  }

  /// In bits, of single bytes.
  private static double unigramEntropy(int[] text) {
    var counts = new double[256];
    for (var symbol : text) {
      counts[symbol]++;
    }
    return -Arrays.stream(counts)
        .filter(count -> count > 0)
        .map(count -> count / text.length * Math.log(count / text.length) / Math.log(2))
        .sum();
  }

  private static int[] shakespeare() throws IOException {
    var named = System.getenv("ATHANOR_TEST_DATA");
    var data = named == null ? Path.of("..", "..", "shared", "data") : Path.of(named);
    var file = data.resolve("text/tinyshakespeare/input.txt");
    assumeTrue(Files.exists(file), "NO " + file + ": learning is not tried on real text");
    var bytes = Files.readAllBytes(file);
    var ids = new int[bytes.length];
    for (var i = 0; i < ids.length; i++) {
      ids[i] = bytes[i] & 0xff;
    }
    return ids;
  }
}
