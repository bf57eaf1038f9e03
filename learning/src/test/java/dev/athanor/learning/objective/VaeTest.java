package dev.athanor.learning.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.encoder.ConvDecoder;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.engine.Updates;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VaeTest {

  private static final int IMAGES = 3;
  private static final int LATENT = 4;
  private static final int PIXELS = 6;

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static List<Likelihood> likelihoods() {
    return List.of(new Likelihood.Bernoulli(), new Likelihood.Gaussian(0.4));
  }

  @ParameterizedTest
  @MethodSource("likelihoods")
  void agreesWithANaiveLoop(Likelihood likelihood) {
    for (var beta : new double[] {0, 1, 4}) {
      var decoded = random(IMAGES, PIXELS, 1);
      var pixels = pixels();
      var mean = random(IMAGES, LATENT, 2);
      var logVariance = random(IMAGES, LATENT, 3);
      var found =
          vae(likelihood, beta)
              .loss(
                  likelihood.surprise(images(decoded), images(pixels)),
                  matrix(mean),
                  matrix(logVariance))
              .getFloat();
      assertThat((double) found)
          .isCloseTo(naive(likelihood, beta, decoded, pixels, mean, logVariance), within(1e-4));
    }
  }

  @Test
  void divergenceVanishesAtThePriorAndHasItsClosedFormElsewhere() {
    var prior = Vae.divergence(manager.zeros(new Shape(1, 2)), manager.zeros(new Shape(1, 2)));
    assertThat(prior.toFloatArray()).containsOnly(0);
    // KL(N(2, e) ‖ N(0, 1)) = ½ (4 + e - 1 - 1)
    var elsewhere =
        Vae.divergence(
            manager.create(new float[] {2}, new Shape(1, 1)),
            manager.create(new float[] {1}, new Shape(1, 1)));
    assertThat((double) elsewhere.getFloat()).isCloseTo((2 + Math.E) / 2, within(1e-6));
  }

  @Test
  void aDecoderThatKnowsNothingIsSurprisedByLogTwoAPixel() {
    var surprise =
        new Likelihood.Bernoulli().surprise(images(new double[IMAGES][PIXELS]), images(pixels()));
    for (var nats : surprise.toFloatArray()) {
      assertThat((double) nats).isCloseTo(Math.log(2), within(1e-6));
    }
  }

  @Test
  void farLogitsOverflowNothing() {
    var surprise =
        new Likelihood.Bernoulli()
            .surprise(
                manager.create(new float[] {500, -500, 500}), manager.create(new float[] {1, 0, 0}))
            .toFloatArray();
    assertThat(surprise).containsExactly(0, 0, 500);
  }

  @ParameterizedTest
  @MethodSource("likelihoods")
  void gradientsAgreeWithFiniteDifferences(Likelihood likelihood) {
    var decoded = random(IMAGES, PIXELS, 1);
    var pixels = pixels();
    var mean = random(IMAGES, LATENT, 2);
    var logVariance = random(IMAGES, LATENT, 3);
    var inputs = List.of(decoded, mean, logVariance);
    var arrays = List.of(images(decoded), matrix(mean), matrix(logVariance));
    arrays.forEach(array -> array.setRequiresGradient(true));
    var constant = images(pixels);
    var _ =
        Torch.differentiate(
            () ->
                vae(likelihood, 3)
                    .loss(
                        likelihood.surprise(arrays.get(0), constant),
                        arrays.get(1),
                        arrays.get(2)));
    var step = 1e-5;
    for (var k = 0; k < inputs.size(); k++) {
      var gradient = Updates.gradient(arrays.get(k), manager).toFloatArray();
      var columns = inputs.get(k)[0].length;
      for (var i = 0; i < gradient.length; i++) {
        var row = inputs.get(k)[i / columns];
        var value = row[i % columns];
        row[i % columns] = value + step;
        var above = naive(likelihood, 3, decoded, pixels, mean, logVariance);
        row[i % columns] = value - step;
        var below = naive(likelihood, 3, decoded, pixels, mean, logVariance);
        row[i % columns] = value;
        assertThat((double) gradient[i]).isCloseTo((above - below) / (2 * step), within(1e-4));
      }
    }
  }

  @Test
  void refusesImagesOfAnotherSize() {
    var batch = new ImageBatch(1, 1, 32, 32, 1, new byte[32 * 32], null);
    assertThatThrownBy(() -> vae(new Likelihood.Bernoulli(), 1).check(batch))
        .hasMessage("batch: images of 32×32 (expected: 28×28, as the decoder makes)");
  }

  @Test
  void refusesNumbersThatMakeNoSense() {
    var bernoulli = new Likelihood.Bernoulli();
    var decoder = new ConvDecoder(8, 1, 28);
    assertThatThrownBy(() -> new Vae(0, 1, bernoulli, decoder))
        .hasMessage("latent: 0 (expected: from 1 to 4096)");
    assertThatThrownBy(() -> new Vae(8, -1, bernoulli, decoder))
        .hasMessage("beta: -1.0 (expected: >= 0 and <= 1000)");
    assertThatThrownBy(() -> new Likelihood.Gaussian(0))
        .hasMessage("deviation: 0.0 (expected: > 0 and <= 10)");
    assertThatThrownBy(() -> new ConvDecoder(8, 1, 30))
        .hasMessage(
            "size: 30 (expected: 28, 32, 64 or another up to 256 that halves to at most 7)");
  }

  /// Equation 10 of the paper for each image, with appendix B and C word for word.
  private static double naive(
      Likelihood likelihood,
      double beta,
      double[][] decoded,
      double[][] pixels,
      double[][] mean,
      double[][] logVariance) {
    var sum = 0.0;
    for (var n = 0; n < IMAGES; n++) {
      for (var i = 0; i < PIXELS; i++) {
        sum -= logProbability(likelihood, decoded[n][i], pixels[n][i]);
      }
      for (var j = 0; j < LATENT; j++) {
        var variance = Math.exp(logVariance[n][j]);
        sum -= beta * 0.5 * (1 + Math.log(variance) - mean[n][j] * mean[n][j] - variance);
      }
    }
    return sum / IMAGES;
  }

  private static double logProbability(Likelihood likelihood, double decoded, double pixel) {
    return switch (likelihood) {
      case Likelihood.Bernoulli _ -> {
        var p = 1 / (1 + Math.exp(-decoded));
        yield pixel * Math.log(p) + (1 - pixel) * Math.log(1 - p);
      }
      case Likelihood.Gaussian(var deviation) -> {
        var distance = (pixel - decoded) / deviation;
        yield -0.5 * distance * distance - Math.log(deviation * Math.sqrt(2 * Math.PI));
      }
    };
  }

  private static Vae vae(Likelihood likelihood, double beta) {
    return new Vae(LATENT, beta, likelihood, new ConvDecoder(8, 1, 28));
  }

  private NDArray images(double[][] values) {
    return matrix(values).reshape(IMAGES, 1, 2, PIXELS / 2);
  }

  private NDArray matrix(double[][] values) {
    var floats = new float[values.length * values[0].length];
    for (var i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i / values[0].length][i % values[0].length];
    }
    return manager.create(floats, new Shape(values.length, values[0].length));
  }

  private static double[][] pixels() {
    var pixels = random(IMAGES, PIXELS, 9);
    for (var row : pixels) {
      for (var i = 0; i < PIXELS; i++) {
        row[i] = (float) (1 / (1 + Math.exp(-row[i])));
      }
    }
    return pixels;
  }

  private static double[][] random(int rows, int columns, long seed) {
    var random = new Random(seed);
    var values = new double[rows][columns];
    for (var row : values) {
      for (var d = 0; d < columns; d++) {
        row[d] = (float) random.nextGaussian();
      }
    }
    return values;
  }
}
