package dev.athanor.augmentation.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class ColourTest {
  private static final int SIDE = 24;

  private final float[] spare = new float[SIDE * SIDE];
  private final float[][] spares = new float[3][SIDE * SIDE];

  @Test
  void brightnessScales() {
    var planes = colour();
    Colour.brightness(planes, 1.5f);
    assertEach(planes, (rgb, c) -> Math.min(255, 1.5 * rgb[c]));
  }

  @Test
  void contrastMovesFromTheMeanLuma() {
    double mean = 0;
    var original = colour();
    for (int i = 0; i < SIDE * SIDE; i++) {
      mean += luma(original, i) / (SIDE * SIDE);
    }
    double centre = mean;
    for (float factor : new float[] {0, 0.3f, 1, 1.8f}) {
      var planes = colour();
      Colour.contrast(planes, factor, spare);
      assertEach(planes, (rgb, c) -> clamp(factor * rgb[c] + (1 - factor) * centre));
    }
  }

  @Test
  void saturationMovesFromTheLuma() {
    for (float factor : new float[] {0, 0.3f, 1, 1.8f}) {
      var planes = colour();
      Colour.saturation(planes, factor, spare);
      assertEach(
          planes,
          (rgb, c) -> {
            double luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
            return clamp(factor * rgb[c] + (1 - factor) * luma);
          });
    }
  }

  @Test
  void factorOneIsIdentityToTheBit() {
    var planes = colour();
    Colour.brightness(planes, 1);
    Colour.contrast(planes, 1, spare);
    Colour.saturation(planes, 1, spare);
    assertThat(planes).isDeepEqualTo(colour());
  }

  @Test
  void greyOfGreyIsGrey() {
    var planes = colour();
    Colour.grey(planes, spare);
    var once = Pictures.planes(Pictures.waves(SIDE, SIDE, 3, 1));
    for (int i = 0; i < SIDE * SIDE; i++) {
      assertThat((double) planes[0][i]).isCloseTo(luma(once, i), offset(1e-4));
      assertThat(planes[1][i]).isEqualTo(planes[0][i]);
      assertThat(planes[2][i]).isEqualTo(planes[0][i]);
    }
    var twice = new float[][] {planes[0].clone(), planes[1].clone(), planes[2].clone()};
    Colour.grey(twice, spare);
    for (int i = 0; i < SIDE * SIDE; i++) {
      assertThat(twice[2][i]).isCloseTo(planes[2][i], offset(1e-4f));
    }
  }

  /// The usual way through HSV, with its six cases, in doubles.
  @Test
  void hueTurnsAsTheSixCasesSay() {
    for (float turns : new float[] {-0.5f, -0.31f, -0.1f, 0, 0.05f, 0.2f, 1 / 3f, 0.5f}) {
      var planes = everyKindOfColour();
      var turned = everyKindOfColour();
      Colour.hue(turned, turns, spares);
      for (int i = 0; i < SIDE * SIDE; i++) {
        var expected = turned(planes[0][i], planes[1][i], planes[2][i], turns);
        for (int c = 0; c < 3; c++) {
          assertThat((double) turned[c][i]).isCloseTo(expected[c], offset(1e-3));
        }
      }
    }
  }

  @Test
  void wholeTurnOfHueIsIdentity() {
    for (int halves = 0; halves < 2; halves++) {
      var planes = everyKindOfColour();
      if (halves == 0) {
        Colour.hue(planes, 1, spares);
      } else {
        Colour.hue(planes, 0.5f, spares);
        Colour.hue(planes, 0.5f, spares);
      }
      var original = everyKindOfColour();
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < SIDE * SIDE; i++) {
          assertThat(planes[c][i]).isCloseTo(original[c][i], offset(1e-3f));
        }
      }
    }
  }

  @Test
  void thirdOfTurnSwapsTheChannels() {
    var planes = colour();
    Colour.hue(planes, 1 / 3f, spares);
    assertEach(planes, (rgb, c) -> rgb[(c + 2) % 3]);
  }

  @Test
  void greyImagesKnowNoColour() {
    var image = Pictures.waves(SIDE, SIDE, 1, 1);
    var planes = Pictures.planes(image);
    Colour.saturation(planes, 0.2f, spare);
    Colour.hue(planes, 0.3f, spares);
    Colour.grey(planes, spare);
    assertThat(planes).isDeepEqualTo(Pictures.planes(image));
    Colour.brightness(planes, 0.5f);
    assertThat(planes[0][5]).isEqualTo(0.5f * image.at(0, 5, 0));
  }

  private interface PerPixel {
    double expected(float[] rgb, int channel);
  }

  private static void assertEach(float[][] planes, PerPixel expectation) {
    var original = colour();
    for (int i = 0; i < SIDE * SIDE; i++) {
      float[] rgb = {original[0][i], original[1][i], original[2][i]};
      for (int c = 0; c < 3; c++) {
        assertThat((double) planes[c][i]).isCloseTo(expectation.expected(rgb, c), offset(2e-3));
      }
    }
  }

  private static float[][] colour() {
    return Pictures.planes(Pictures.waves(SIDE, SIDE, 3, 1));
  }

  /// Waves, and at their start all 27 colours of 0, 100 and 255: greys, pure colours, ties.
  private static float[][] everyKindOfColour() {
    var planes = colour();
    float[] levels = {0, 100, 255};
    for (int i = 0; i < 27; i++) {
      planes[0][i] = levels[i % 3];
      planes[1][i] = levels[i / 3 % 3];
      planes[2][i] = levels[i / 9];
    }
    return planes;
  }

  private static double[] turned(double r, double g, double b, double turns) {
    double max = Math.max(r, Math.max(g, b));
    double chroma = max - Math.min(r, Math.min(g, b));
    if (chroma == 0) {
      return new double[] {r, g, b};
    }
    double hue;
    if (max == r) {
      hue = (g - b) / chroma;
    } else if (max == g) {
      hue = 2 + (b - r) / chroma;
    } else {
      hue = 4 + (r - g) / chroma;
    }
    hue = ((hue + 6 * turns) % 6 + 6) % 6;
    double min = max - chroma;
    double fraction = hue - Math.floor(hue);
    double falling = max - chroma * fraction;
    double rising = min + chroma * fraction;
    return switch ((int) hue) {
      case 0 -> new double[] {max, rising, min};
      case 1 -> new double[] {falling, max, min};
      case 2 -> new double[] {min, max, rising};
      case 3 -> new double[] {min, falling, max};
      case 4 -> new double[] {rising, min, max};
      default -> new double[] {max, min, falling};
    };
  }

  private static double luma(float[][] planes, int i) {
    return 0.299 * planes[0][i] + 0.587 * planes[1][i] + 0.114 * planes[2][i];
  }

  private static double clamp(double value) {
    return Math.clamp(value, 0.0, 255.0);
  }
}
