package dev.athanor.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelsTest {
  private static final int IMAGES = 32;

  private final NDManager manager = Torch.newManager();
  private final SplittableRandom random = new SplittableRandom(3);

  @AfterEach
  void close() {
    manager.close();
  }

  /// Of images with the channels last, as they arrive. With so few channels oneDNN alone broke the
  /// heap where a 1×1 kernel strides, and took in what lies in freed memory where the channels are
  /// in front.
  @ParameterizedTest
  @CsvSource({
    "32, 4, 8, 1, 2",
    "32, 8, 8, 1, 2",
    "32, 12, 8, 1, 2",
    "32, 16, 8, 1, 2",
    "32, 24, 8, 1, 2",
    "8, 8, 1, 3, 1",
    "8, 8, 3, 3, 1",
    "8, 8, 4, 3, 1",
    "8, 8, 8, 3, 1"
  })
  void aConvolutionHasTheGradientsOfItsDefinition(
      int side, int in, int out, int kernel, int stride) {
    var convolution = new NaiveConvolution(side, in, out, kernel, stride);
    int read = convolution.outputSide();
    var pixels = floats(IMAGES * in * side * side);
    var weights = floats(out * in * kernel * kernel);
    var factors = floats(IMAGES * out * read * read);
    var x = manager.create(pixels, new Shape(IMAGES, (long) in * side * side));
    var weight = manager.create(weights, new Shape(out, in, kernel, kernel));
    var factor = manager.create(factors, new Shape(IMAGES, out, read, read));
    x.setRequiresGradient(true);
    weight.setRequiresGradient(true);
    try (var freed = manager.ones(new Shape(64, 64, 64))) {
      assertThat(freed.mul(Float.NaN).isNaN().all().getBoolean()).isTrue();
    }

    var loss =
        Torch.differentiate(
            () -> {
              var images = Kernels.unflatten(x, in, side);
              var y = Kernels.convolution(images, weight, null, stride, kernel / 2);
              return y.mul(factor).sum();
            });

    assertThat(loss.getFloat()).isNotNaN();
    var expected = convolution.gradients(pixels, weights, factors);
    assertClose(x.getGradient(), expected.input());
    assertClose(weight.getGradient(), expected.weights());
  }

  private static void assertClose(NDArray actual, double[] expected) {
    var floats = actual.toFloatArray();
    assertThat(floats).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double off = expected[i] == 0 ? 0 : 1e-3; // a pixel that is not read has exactly no gradient
      assertThat((double) floats[i]).as("[%d]", i).isCloseTo(expected[i], within(off));
    }
  }

  private float[] floats(int count) {
    var floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) random.nextDouble(-1, 1);
    }
    return floats;
  }
}
