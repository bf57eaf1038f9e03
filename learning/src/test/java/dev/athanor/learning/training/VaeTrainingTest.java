package dev.athanor.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.ConvDecoder;
import dev.athanor.learning.encoder.ConvNet;
import dev.athanor.learning.objective.Likelihood;
import dev.athanor.learning.objective.Vae;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.schedule.CosineSchedule;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VaeTrainingTest {

  private static final int LATENT = 6;
  private static final Likelihood BERNOULLI = new Likelihood.Bernoulli();

  @TempDir Path folder;

  static List<Likelihood> likelihoods() {
    return List.of(BERNOULLI, new Likelihood.Gaussian(0.3));
  }

  @ParameterizedTest
  @MethodSource("likelihoods")
  void learnsToTellItsImagesAgain(Likelihood likelihood) {
    try (var session = TrainingSession.create(spec(likelihood, 80))) {
      var before = session.figures(Synthetic.batch(1, 32, 1_000));
      steps(session, 80);
      var after = session.figures(Synthetic.batch(1, 32, 1_000));
      assertThat(after.get("vae.reconstruction"))
          .isLessThan(0.95 * before.getOrDefault("vae.reconstruction", Double.NaN));
      assertThat(after.get("vae.active")).isBetween(1.0, (double) LATENT);
      assertThat(after).containsKeys("vae.kl.0", "vae.kl.5");
      var sum = 0.0;
      for (var i = 0; i < LATENT; i++) {
        sum += after.getOrDefault("vae.kl." + i, Double.NaN);
      }
      assertThat(after.get("vae.kl")).isEqualTo(sum);
    }
  }

  @Test
  void publishesTheMeanAndMakesImages() {
    try (var session = TrainingSession.create(spec(BERNOULLI, 4))) {
      steps(session, 2);
      assertThat(session.encoder().dimensions()).isEqualTo(LATENT);
      assertThat(session.encode(Synthetic.batch(1, 5, 7))).hasDimensions(5, LATENT);
      assertThat(session.encoderWeights())
          .containsKeys("stage0.conv.weight", "mean.weight", "mean.bias")
          .doesNotContainKeys("variance.weight", "decoder.image.bias");
      var pixels = Synthetic.SIZE * Synthetic.SIZE;
      for (var images :
          List.of(session.project(Synthetic.batch(1, 5, 7)), session.samplesOfPrior(5))) {
        assertThat(images).hasDimensions(5, pixels);
        for (var image : images) {
          for (var value : image) {
            assertThat(value).isBetween(0f, 1f);
          }
        }
      }
      assertThat(session.samplesOfPrior(5)).isDeepEqualTo(session.samplesOfPrior(5));
    }
  }

  /// The noise of a step comes from seed and step, so that there is nothing else to restore.
  @Test
  void aRunThatWasInterruptedEndsWithTheSameBits() throws Exception {
    try (var session = TrainingSession.create(spec(BERNOULLI, 9))) {
      steps(session, 4);
      session.save(folder.resolve("middle"));
      steps(session, 5);
      session.save(folder.resolve("whole"));
    }
    try (var session = TrainingSession.restore(spec(BERNOULLI, 9), folder.resolve("middle"))) {
      steps(session, 5);
      session.save(folder.resolve("resumed"));
    }
    for (var file : List.of("weights.safetensors", "optimiser.safetensors")) {
      assertThat(folder.resolve("resumed").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
    }
  }

  @Test
  void otherObjectivesMakeNoImages() {
    try (var session = TrainingSession.create(Synthetic.simClr(1))) {
      assertThatThrownBy(() -> session.samplesOfPrior(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("expected: one that makes images");
    }
  }

  private static void steps(TrainingSession session, int count) {
    for (var i = 0; i < count; i++) {
      session.step(Synthetic.batch(1, 16, session.nextStep()));
    }
  }

  private static TrainingSpec spec(Likelihood likelihood, long steps) {
    var decoder = new ConvDecoder(4, 1, Synthetic.SIZE);
    return new TrainingSpec(
        new ConvNet(4, 1, Synthetic.SIZE),
        new Vae(LATENT, 1, likelihood, decoder),
        new AdamW(0.01, 1e-4),
        new CosineSchedule(3, steps),
        null,
        7,
        new Normalisation(List.of(0.3), List.of(0.25)));
  }
}
