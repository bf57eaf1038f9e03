package dev.athanor.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {
  private static final int IMAGES = 32;
  private static final int SIDE = 32;
  private static final int STRIDE = 2;
  private static final int READ = 16;
  private static final int OUT = 8;

  private final NDManager manager = Torch.newManager();
  private final SplittableRandom random = new SplittableRandom(3);

  @AfterEach
  void close() {
    manager.close();
  }

  /// Images as they arrive, channels last, and few of these: there oneDNN alone computes another
  /// gradient, or breaks the heap.
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 12, 16, 24})
  void aPointwiseConvolutionThatStridesHasTheGradientOfItsDefinition(int in) {
    var floats = floats(IMAGES * SIDE * SIDE * in);
    var x = manager.create(floats, new Shape(IMAGES, SIDE, SIDE, in)).transpose(0, 3, 1, 2);
    var weight = manager.create(floats(OUT * in), new Shape(OUT, in, 1, 1));
    var factors = floats(IMAGES * OUT * READ * READ);
    var factor = manager.create(factors, new Shape(IMAGES, OUT, READ, READ));
    weight.setRequiresGradient(true);
    x.setRequiresGradient(true);

    var loss =
        Torch.differentiate(
            () -> Kernels.convolution(x, weight, null, STRIDE, 0).mul(factor).sum());

    assertThat(loss.getFloat()).isNotNaN();
    assertClose(weight.getGradient(), gradient(floats, factors, in));
    assertThat(x.getGradient().get(":, :, 1::2, :").abs().sum().getFloat()).isZero();
  }

  /// As a decoder's last layer has it. What lies in freed memory must not come in.
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 8})
  void anUnflattenedImagesGradientIsThatOfTheDefinition(int out) {
    int in = 8;
    int side = 8;
    var x = manager.create(floats(IMAGES * in * side * side), new Shape(IMAGES, in * side * side));
    var weights = floats(out * in * 9);
    var weight = manager.create(weights, new Shape(out, in, 3, 3));
    var factors = floats(IMAGES * out * side * side);
    var factor = manager.create(factors, new Shape(IMAGES, out, side, side));
    x.setRequiresGradient(true);
    try (var freed = manager.ones(new Shape(64, 64, 64))) {
      assertThat(freed.mul(Float.NaN).isNaN().all().getBoolean()).isTrue();
    }

    var loss =
        Torch.differentiate(
            () -> {
              var image = Kernels.unflatten(x, in, side);
              return Kernels.convolution(image, weight, null, 1, 1).mul(factor).sum();
            });

    assertThat(loss.getFloat()).isNotNaN();
    assertClose(x.getGradient(), backwards(factors, weights, in, out, side));
  }

  /// Of the sum over `factors` times a 3×3 convolution's output, by its input: (N, in, side, side).
  private static double[] backwards(float[] factors, float[] weights, int in, int out, int side) {
    var gradient = new double[IMAGES * in * side * side];
    for (int i = 0; i < factors.length; i++) {
      int column = i % side;
      int row = i / side % side;
      int to = i / (side * side) % out;
      int n = i / (side * side * out);
      for (int tap = 0; tap < 9; tap++) {
        int y = row + tap / 3 - 1;
        int x = column + tap % 3 - 1;
        if (y >= 0 && y < side && x >= 0 && x < side) {
          for (int from = 0; from < in; from++) {
            gradient[((n * in + from) * side + y) * side + x] +=
                (double) factors[i] * weights[(to * in + from) * 9 + tap];
          }
        }
      }
    }
    return gradient;
  }

  /// Of the sum over `factors` times the output, by the weights: (out, in).
  private static double[] gradient(float[] x, float[] factors, int in) {
    var gradient = new double[OUT * in];
    for (int n = 0; n < IMAGES; n++) {
      for (int row = 0; row < READ; row++) {
        for (int column = 0; column < READ; column++) {
          int pixel = (n * SIDE + STRIDE * row) * SIDE + STRIDE * column;
          for (int to = 0; to < OUT; to++) {
            double factor = factors[((n * OUT + to) * READ + row) * READ + column];
            for (int from = 0; from < in; from++) {
              gradient[to * in + from] += factor * x[pixel * in + from];
            }
          }
        }
      }
    }
    return gradient;
  }

  private static void assertClose(NDArray actual, double[] expected) {
    var floats = actual.toFloatArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) floats[i]).as("[%d]", i).isCloseTo(expected[i], within(1e-3));
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
