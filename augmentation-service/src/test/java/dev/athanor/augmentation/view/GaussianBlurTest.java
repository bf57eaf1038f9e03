package dev.athanor.augmentation.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GaussianBlurTest {

  @Test
  void constantStaysConstant() {
    var plane = new float[40 * 28];
    Arrays.fill(plane, 200);
    new GaussianBlur(40, 28).blur(plane, GaussianBlur.weights(9, 1.3));
    for (float value : plane) {
      assertThat(value).isCloseTo(200, offset(1e-3f));
    }
  }

  /// The double sum over the kernel's square, borders reflected.
  @Test
  void agreesWithTheDoubleSum() {
    int height = 60;
    int width = 47;
    for (int kernel : new int[] {1, 3, 9, 23}) {
      var image = Pictures.waves(height, width, 1, 4);
      var plane = Pictures.planes(image)[0];
      var weights = GaussianBlur.weights(kernel, 1.7);
      new GaussianBlur(height, width).blur(plane, weights);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double expected = 0;
          for (int i = 0; i < kernel; i++) {
            for (int j = 0; j < kernel; j++) {
              int row = reflected(y + i - kernel / 2, height);
              int column = reflected(x + j - kernel / 2, width);
              expected += (double) weights[i] * weights[j] * image.at(row, column, 0);
            }
          }
          assertThat((double) plane[y * width + x]).isCloseTo(expected, offset(2e-3));
        }
      }
    }
  }

  @Test
  void weightsAreTheNormalCurveAndSumToOne() {
    var weights = GaussianBlur.weights(5, 0.8);
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    assertThat(sum).isCloseTo(1, offset(1e-6));
    assertThat((double) weights[3] / weights[2])
        .isCloseTo(Math.exp(-0.5 / (0.8 * 0.8)), offset(1e-6));
    assertThat(weights[0]).isEqualTo(weights[4]);
  }

  @Test
  void scratchMemoryHoldsNothingOver() {
    var blur = new GaussianBlur(16, 16);
    var first = Pictures.planes(Pictures.waves(16, 16, 1, 1))[0];
    blur.blur(Pictures.planes(Pictures.waves(16, 16, 1, 9))[0], GaussianBlur.weights(15, 3));
    var second = first.clone();
    blur.blur(first, GaussianBlur.weights(3, 1));
    new GaussianBlur(16, 16).blur(second, GaussianBlur.weights(3, 1));
    assertThat(first).isEqualTo(second);
  }

  private static int reflected(int at, int length) {
    if (at < 0) {
      return -at;
    }
    return at < length ? at : 2 * length - 2 - at;
  }
}
