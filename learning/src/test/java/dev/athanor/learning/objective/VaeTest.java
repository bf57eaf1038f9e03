package dev.athanor.learning.objective;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.athanor.learning.batch.BatchLoader;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.ConvDecoder;
import dev.athanor.learning.encoder.ConvNet;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.engine.Updates;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VaeTest {

  private static final int IMAGES = 3;
  private static final int LATENT = 4;
  private static final int PIXELS = 6;
  private static final int SIZE = 8;

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

  /// Maps that forget the encoder have their biases for μ and log σ², so that z = μ + σ ε is known.
  @Test
  void aSampleOfTheGaussianIsDecodedAndTheGradientGoesThroughIt() {
    var likelihood = new Likelihood.Gaussian(0.4);
    var encoder = new ConvNet(4, 1, SIZE);
    var vae = new Vae(LATENT, 2, likelihood, new ConvDecoder(4, 1, SIZE));
    var mean = new double[] {0.5, -1, 0, 0.25};
    var logVariance = new double[] {-1.5, 0.75, 1, -0.5};
    var parameters = Stream.concat(encoder.parameters().stream(), vae.parameters(encoder).stream());
    var network = parameters.toList();
    var tensors = Initialiser.tensors(network, 1);
    for (var map : List.of("mean", "variance")) {
      tensors.compute(map + ".weight", (_, drawn) -> zeros(requireNonNull(drawn)));
    }
    tensors.put("mean.bias", bias(mean));
    tensors.put("variance.bias", bias(logVariance));
    var weights = new Weights(network, tensors, manager);
    var bytes = new byte[IMAGES * SIZE * SIZE];
    new Random(4).nextBytes(bytes);
    var batch = new ImageBatch(1, IMAGES, SIZE, SIZE, 1, bytes, null);
    var loader = new BatchLoader(new Normalisation(List.of(0.3), List.of(0.25)), manager);
    var pass = new Pass(encoder, loader.load(batch, manager), weights, null, false, 5, 3, manager);
    var noise = Noise.standardNormal(5, "latent.3", manager, IMAGES, LATENT).toFloatArray();
    ToDoubleBiFunction<double[], double[]> naive =
        (m, v) -> {
          var z = new double[IMAGES][LATENT];
          for (var i = 0; i < IMAGES * LATENT; i++) {
            var j = i % LATENT;
            z[i / LATENT][j] = m[j] + Math.sqrt(Math.exp(v[j])) * noise[i];
          }
          var decoded = Torch.withoutGradient(() -> vae.decode(matrix(z), weights).toFloatArray());
          var nats = 0.0;
          for (var i = 0; i < bytes.length; i++) {
            nats -= logProbability(likelihood, decoded[i], (bytes[i] & 0xff) / 255.0) / IMAGES;
          }
          for (var j = 0; j < LATENT; j++) {
            nats -= 2 * 0.5 * (1 + v[j] - m[j] * m[j] - Math.exp(v[j]));
          }
          return nats;
        };

    var loss = Torch.differentiate(() -> vae.loss(pass)).getFloat();

    assertThat((double) loss).isCloseTo(naive.applyAsDouble(mean, logVariance), within(1e-2));
    var step = 1e-2;
    for (var moved : Map.of("mean.bias", mean, "variance.bias", logVariance).entrySet()) {
      var gradient = Updates.gradient(weights.get(moved.getKey()), manager).toFloatArray();
      for (var j = 0; j < LATENT; j++) {
        var value = moved.getValue()[j];
        moved.getValue()[j] = value + step;
        var above = naive.applyAsDouble(mean, logVariance);
        moved.getValue()[j] = value - step;
        var below = naive.applyAsDouble(mean, logVariance);
        moved.getValue()[j] = value;
        var expected = (above - below) / (2 * step);
        assertThat((double) gradient[j])
            .as("%s[%d]", moved.getKey(), j)
            .isCloseTo(expected, within(0.1 + 0.01 * Math.abs(expected)));
      }
    }
  }

  private static Tensor zeros(Tensor like) {
    var elements = like.shape().stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
    return Tensor.floats(like.shape(), new float[elements]);
  }

  private static Tensor bias(double[] values) {
    var floats = new float[values.length];
    for (var i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.floats(List.of((long) values.length), floats);
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
