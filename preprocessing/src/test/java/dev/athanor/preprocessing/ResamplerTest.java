package dev.athanor.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class ResamplerTest {
  private final Resampler resampler = new Resampler();

  /// The definition, sample by sample: every source pixel weighs by a triangle around the centre of
  /// the output, as wide as the factor of reduction.
  @Test
  void agreesWithTheDefinition() {
    int[][] cases = {{32, 32, 17, 9}, {17, 9, 32, 32}, {50, 40, 28, 28}, {3, 200, 64, 7}};
    for (var sizes : cases) {
      var image = TestImages.gradient(sizes[0], sizes[1], 3);
      var planes = resized(image, sizes[2], sizes[3]);
      for (int y = 0; y < sizes[2]; y++) {
        for (int x = 0; x < sizes[3]; x++) {
          for (int c = 0; c < 3; c++) {
            double expected = byDefinition(image, sizes[2], sizes[3], y, x, c);
            assertThat((double) planes[c][y * sizes[3] + x]).isCloseTo(expected, offset(1e-3));
          }
        }
      }
    }
  }

  @Test
  void sameSizeIsIdentity() {
    var image = TestImages.gradient(21, 13, 3);
    assertThat(bytes(resized(image, 21, 13))).isEqualTo(image.pixels());
  }

  @Test
  void constantStaysConstant() {
    for (int value : new int[] {0, 1, 254, 255}) {
      var image = TestImages.constant(37, 23, 1, value);
      assertThat(bytes(resized(image, 64, 5))).containsOnly((byte) value);
    }
  }

  @Test
  void cropIsAsIfTheRestWereNotThere() {
    var image = TestImages.gradient(40, 30, 3);
    var inner = new byte[11 * 17 * 3];
    for (int y = 0; y < 11; y++) {
      System.arraycopy(image.pixels(), ((y + 5) * 30 + 8) * 3, inner, y * 17 * 3, 17 * 3);
    }
    var cropped = new float[3][32 * 32];
    resampler.resample(image, Taps.bilinear(5, 11, 32), Taps.bilinear(8, 17, 32), cropped);
    assertThat(cropped).isDeepEqualTo(resized(new Image(11, 17, 3, inner), 32, 32));
  }

  @Test
  void someOutputsAreThoseOfAll() {
    var image = TestImages.gradient(40, 30, 1);
    var all = resized(image, 50, 20);
    var some = new float[1][7 * 9];
    resampler.resample(
        image, Taps.bilinear(0, 40, 50, 12, 7), Taps.bilinear(0, 30, 20, 11, 9), some);
    for (int y = 0; y < 7; y++) {
      for (int x = 0; x < 9; x++) {
        assertThat(some[0][y * 9 + x]).isEqualTo(all[0][(12 + y) * 20 + 11 + x]);
      }
    }
  }

  @Test
  void reversedTapsFlip() {
    var image = TestImages.gradient(10, 31, 3);
    var straight = resized(image, 8, 14);
    var columns = Taps.bilinear(0, 31, 14);
    var flipped = new float[3][8 * 14];
    resampler.resample(image, Taps.bilinear(0, 10, 8), columns.reversed(), flipped);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 14; x++) {
        assertThat(flipped[1][y * 14 + x]).isEqualTo(straight[1][y * 14 + 13 - x]);
      }
    }
    assertThat(columns.reversed().reversed().weights()).isEqualTo(columns.weights());
  }

  private float[][] resized(Image image, int height, int width) {
    var planes = new float[image.channels()][height * width];
    var rows = Taps.bilinear(0, image.height(), height);
    resampler.resample(image, rows, Taps.bilinear(0, image.width(), width), planes);
    return planes;
  }

  private static byte[] bytes(float[][] planes) {
    var bytes = new byte[planes.length * planes[0].length];
    Planes.interleave(planes, bytes, 0);
    return bytes;
  }

  private static double byDefinition(Image image, int height, int width, int y, int x, int c) {
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < image.height(); i++) {
      double down = triangle(i, image.height(), y, height);
      for (int j = 0; down > 0 && j < image.width(); j++) {
        double weight = down * triangle(j, image.width(), x, width);
        weights += weight;
        sum += weight * image.at(i, j, c);
      }
    }
    return sum / weights;
  }

  private static double triangle(int source, int length, int output, int size) {
    double scale = (double) length / size;
    double distance = source + 0.5 - (output + 0.5) * scale;
    return Math.max(0, 1 - Math.abs(distance) / Math.max(1, scale));
  }
}
