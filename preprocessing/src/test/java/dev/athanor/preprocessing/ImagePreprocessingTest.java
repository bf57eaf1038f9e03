package dev.athanor.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImagePreprocessingTest {

  @Test
  void imageOfTheSizeStaysAsItIs() {
    var image = TestImages.gradient(28, 28, 1);
    assertThat(view(image, 28, 28)).isEqualTo(image.pixels());
  }

  @Test
  void viewIsTheCentreOfTheImageResizedByItsShorterSide() {
    var image = TestImages.gradient(60, 100, 3);
    var planes = new float[3][24 * 40];
    new Resampler().resample(image, Taps.bilinear(0, 60, 24), Taps.bilinear(0, 100, 40), planes);
    var resized = new byte[24 * 40 * 3];
    Planes.interleave(planes, resized, 0);
    var view = view(image, 24, 24);
    for (int y = 0; y < 24; y++) {
      int from = (y * 40 + 8) * 3;
      assertThat(Arrays.copyOfRange(view, y * 24 * 3, (y + 1) * 24 * 3))
          .isEqualTo(Arrays.copyOfRange(resized, from, from + 24 * 3));
    }
  }

  @Test
  void tallAndWideAreTreatedAlike() {
    var wide = TestImages.gradient(30, 80, 1);
    var tall = transposed(wide);
    var fromWide = new Image(16, 16, 1, view(wide, 16, 16));
    assertThat(transposed(fromWide).pixels()).isEqualTo(view(tall, 16, 16));
  }

  @Test
  void oblongViewIsCutFromTheLongerSidesSquare() {
    var image = TestImages.gradient(50, 50, 1);
    var square = view(image, 20, 20);
    var oblong = view(image, 10, 20);
    assertThat(oblong).isEqualTo(Arrays.copyOfRange(square, 5 * 20, 15 * 20));
  }

  @Test
  void veryLongImageCostsNoMoreThanAnother() {
    assertThat(view(TestImages.constant(1, 1_000_000, 3, 77), 64, 64)).containsOnly((byte) 77);
  }

  @Test
  void writesNothingBesideItsPlace() {
    var into = new byte[3 + 4 + 5];
    ImagePreprocessing.view(TestImages.constant(9, 9, 1, 200), 2, 2, into, 3);
    byte v = (byte) 200;
    assertThat(into).containsExactly(0, 0, 0, v, v, v, v, 0, 0, 0, 0, 0);
  }

  @Test
  void tensorIsNormalisedPlanes() {
    var mean = new float[] {0.5f, 0.4f, 0.3f};
    var std = new float[] {0.2f, 0.25f, 0.5f};
    var input = new ImageInput(2, 3, 3, mean, std);
    var image = TestImages.gradient(2, 3, 3);
    var tensor = ImagePreprocessing.tensor(image, input);
    assertThat(tensor).hasSize(input.values());
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 3; x++) {
          double expected = (image.at(y, x, c) / 255.0 - mean[c]) / std[c];
          assertThat((double) tensor[(c * 2 + y) * 3 + x]).isCloseTo(expected, offset(1e-6));
        }
      }
    }
  }

  /// As exported encoders of others want it: `Resize(32)` and `CenterCrop(28)` of an image that has
  /// 28 × 28 already enlarges it first.
  @Test
  void theShorterSideMayBeLargerThanWhatIsCutOut() {
    var image = TestImages.gradient(28, 28, 1);
    var resized = view(image, 32, 32);
    var view = bytes(image, new ImageInput(28, 28, 1, zero, one, 32, Interpolation.BILINEAR));
    for (int y = 0; y < 28; y++) {
      int from = (y + 2) * 32 + 2;
      assertThat(Arrays.copyOfRange(view, y * 28, (y + 1) * 28))
          .isEqualTo(Arrays.copyOfRange(resized, from, from + 28));
    }
  }

  /// Cubic convolution gives a straight line back, where bilinear weights of a halved image do not
  /// reach as far; beside an edge it overshoots, and stays in range.
  @Test
  void bicubicKeepsLinesAndStaysInRange() {
    var slope = new byte[40 * 40];
    for (int i = 0; i < slope.length; i++) {
      slope[i] = (byte) (4 * (i % 40) + i / 40);
    }
    var line = new Image(40, 40, 1, slope);
    var input = new ImageInput(20, 20, 1, zero, one, 20, Interpolation.BICUBIC);
    var halved = bytes(line, input);
    for (int y = 4; y < 16; y++) {
      for (int x = 4; x < 16; x++) {
        double between =
            (line.at(2 * y, 2 * x, 0)
                    + line.at(2 * y + 1, 2 * x, 0)
                    + line.at(2 * y, 2 * x + 1, 0)
                    + line.at(2 * y + 1, 2 * x + 1, 0))
                / 4.0;
        assertThat((double) (halved[y * 20 + x] & 0xff)).isCloseTo(between, offset(1.0));
      }
    }
    var edge = new byte[8 * 8];
    for (int i = 0; i < edge.length; i++) {
      edge[i] = i % 8 < 4 ? 0 : (byte) 255;
    }
    var large = new ImageInput(16, 16, 1, zero, one, 16, Interpolation.BICUBIC);
    var enlarged = bytes(new Image(8, 8, 1, edge), large);
    for (int x = 0; x < 16; x++) {
      // A wrapped overshoot would be bright on the dark side.
      int value = enlarged[8 * 16 + x] & 0xff;
      assertThat(value < 128).as("column %d: %d", x, value).isEqualTo(x < 8);
    }
  }

  private static final float[] zero = {0};
  private static final float[] one = {1};

  /// The view that a tensor of mean 0 and deviation 1 shows.
  private static byte[] bytes(Image image, ImageInput input) {
    var tensor = ImagePreprocessing.tensor(image, input);
    var bytes = new byte[tensor.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(tensor[i] * 255);
    }
    return bytes;
  }

  @Test
  void inputSaysWhatIsWrongWithIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageInput(0, 5, 1, one, one))
        .withMessage("input size: 0 x 5 (expected: at least 1 x 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageInput(65536, 65536, 1, one, one))
        .withMessage("input size: 65536 x 65536 (expected: at most 4194304 pixels)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageInput(5, 5, 2, one, one))
        .withMessage("input.channels: 2 (expected: 1 or 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageInput(5, 5, 3, one, one))
        .withMessage("input.mean: 1 values (expected: 3, one a channel)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageInput(5, 5, 1, one, new float[] {0}))
        .withMessage("input.std[0]: 0.0 (expected: > 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageInput(5, 5, 1, new float[] {Float.NaN}, one))
        .withMessage("input.mean[0]: NaN (expected: a finite number)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageInput(5, 7, 1, one, one, 6, Interpolation.BILINEAR))
        .withMessage("input.shorterSide: 6 (expected: from 7 to 14, to cut 5 x 7 out of)");
    var input = new ImageInput(5, 5, 1, one, one);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImagePreprocessing.tensor(TestImages.gradient(5, 5, 3), input))
        .withMessage("image: 3 channels (expected: 1)");
  }

  private static byte[] view(Image image, int height, int width) {
    var view = new byte[height * width * image.channels()];
    ImagePreprocessing.view(image, height, width, view, 0);
    return view;
  }

  private static Image transposed(Image image) {
    var pixels = new byte[image.pixels().length];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        pixels[x * image.height() + y] = (byte) image.at(y, x, 0);
      }
    }
    return new Image(image.width(), image.height(), 1, pixels);
  }
}
