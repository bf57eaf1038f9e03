package dev.athanor.augmentation.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.RandomViews;
import dev.athanor.contracts.batch.ViewAugmentation;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.augmentation.Range;
import dev.athanor.platform.augmentation.ViewSettings;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImagePreprocessing;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ViewsTest {
  private static final Image IMAGE = Pictures.waves(40, 56, 3, 2);

  /// Frozen: these bytes are what a seed means. Whoever changes them ends the reproducibility of
  /// every run there is, and says so in the changelog.
  @Test
  void goldenBytes() throws Exception {
    var second = new ViewSettings.Solarise(0.5, 128);
    var first = ViewSettings.SIMCLR;
    var settings =
        new AugmentationSettings(
            32,
            first,
            new ViewSettings(
                first.crop(),
                first.flip(),
                first.colourJitter(),
                first.grey(),
                first.blur(),
                second));
    assertThat(sha256(settings, IMAGE))
        .isEqualTo("272536b54c85a5ae8d20bfe0092d0878a7ba956541a88df9f1f3d24349f57be5");
    assertThat(sha256(settings, Pictures.waves(28, 28, 1, 3)))
        .isEqualTo("be0f8be26b5464b71ed1c3e9c9001c24c9d6e3fa8c36b8f406d54d63dd5331e6");
    assertThat(sha256(new AugmentationSettings(96, first, null), Pictures.waves(200, 150, 3, 5)))
        .isEqualTo("46639c7306fdd745b59e5223d9983d4cb7c0106ac700a4574c0575f0d71964c6");
  }

  @Test
  void viewIsAFunctionOfItsKey() {
    var views = Views.of(AugmentationSettings.simclr().sized(32).toProto(3, 2, false));
    assertThat(render(views, 1, 2, 3, 0)).isEqualTo(render(views, 1, 2, 3, 0));
    var seen = new HashSet<String>();
    for (long[] key :
        new long[][] {{1, 2, 3, 0}, {9, 2, 3, 0}, {1, 9, 3, 0}, {1, 2, 9, 0}, {1, 2, 3, 1}}) {
      var view = render(views, key[0], key[1], key[2], (int) key[3]);
      assertThat(seen.add(Arrays.toString(view))).isTrue();
    }
  }

  @Test
  void manyThreadsMakeTheSameBytesAsOne() {
    var views = Views.of(AugmentationSettings.simclr().sized(32).toProto(3, 2, false));
    var alone = new byte[400][];
    Arrays.setAll(alone, sample -> render(views, 0, 0, sample, sample % 2));
    var together = new byte[400][];
    IntStream.range(0, 400)
        .parallel()
        .forEach(sample -> together[sample] = render(views, 0, 0, sample, sample % 2));
    assertThat(together).isDeepEqualTo(alone);
  }

  @Test
  void writesItsOwnBytesAndNoOthers() {
    var views = Views.of(AugmentationSettings.simclr().sized(16).toProto(3, 1, false));
    var payload = new byte[5 + views.bytes() + 7];
    Arrays.fill(payload, (byte) 99);
    views.render(IMAGE, 4, 0, 1, 0, payload, 5);
    assertThat(Arrays.copyOfRange(payload, 5, 5 + views.bytes()))
        .isEqualTo(render(views, 4, 0, 1, 0));
    assertThat(Arrays.copyOf(payload, 5)).containsOnly(99);
    assertThat(Arrays.copyOfRange(payload, 5 + views.bytes(), payload.length)).containsOnly(99);
  }

  @Test
  void nothingDrawnIsAResize() {
    var whole = still(new Range(1, 1), 0, 0, 255);
    var views = Views.of(new AugmentationSettings(32, whole, null).toProto(3, 1, false));
    var square = Pictures.waves(48, 48, 3, 7);
    var view = new byte[views.bytes()];
    views.render(square, 0, 0, 0, 0, view, 0);
    var resized = new byte[views.bytes()];
    ImagePreprocessing.view(square, 32, 32, resized, 0);
    assertThat(view).isEqualTo(resized);

    var same = Pictures.waves(32, 32, 3, 8);
    views.render(same, 0, 0, 0, 0, view, 0);
    assertThat(view).isEqualTo(same.pixels());
  }

  @Test
  void flippedTwiceIsAsItWas() {
    var straight = still(new Range(1, 1), 0, 0, 255);
    var flipped = still(new Range(1, 1), 1, 0, 255);
    var image = Pictures.waves(32, 32, 3, 8);
    var once = new Image(32, 32, 3, render(flipped, image));
    assertThat(once.at(3, 0, 1)).isEqualTo(image.at(3, 31, 1));
    assertThat(render(flipped, once)).isEqualTo(render(straight, image));
  }

  @Test
  void solarisationInvertsFromItsThresholdOn() {
    var image = Pictures.waves(32, 32, 1, 8);
    for (int threshold : new int[] {0, 128, 255}) {
      var view = render(still(new Range(1, 1), 0, 1, threshold), image);
      for (int i = 0; i < view.length; i++) {
        int value = image.pixels()[i] & 0xff;
        assertThat(view[i] & 0xff).isEqualTo(value >= threshold ? 255 - value : value);
      }
    }
  }

  @Test
  void evaluationViewsAreThoseOfPreprocessing() {
    var views = Views.of(AugmentationSettings.evaluation(24, 3));
    assertThat(views.count()).isEqualTo(1);
    var expected = new byte[24 * 24 * 3];
    ImagePreprocessing.view(IMAGE, 24, 24, expected, 0);
    assertThat(render(views, 1, 0, 5, 0)).isEqualTo(expected);
    assertThat(render(views, 2, 9, 7, 0)).isEqualTo(expected);
  }

  @Test
  void oblongAndTinyImagesHaveViewsToo() {
    var views = Views.of(AugmentationSettings.simclr().sized(28).toProto(3, 2, false));
    for (var image :
        new Image[] {
          Pictures.waves(1, 1, 3, 1), Pictures.waves(2, 900, 3, 1), Pictures.waves(700, 3, 3, 1)
        }) {
      for (int sample = 0; sample < 50; sample++) {
        views.render(image, 0, 0, sample, 0, new byte[views.bytes()], 0);
      }
    }
  }

  @Test
  void specSaysWhatIsWrongWithIt() {
    assertRefused(spec -> spec.setHeight(4), "spec.height: 4 (expected: 8 to 1024)");
    assertRefused(spec -> spec.setWidth(5000), "spec.width: 5000 (expected: 8 to 1024)");
    assertRefused(spec -> spec.setChannels(2), "spec.channels: 2 (expected: 1 or 3)");
    assertRefused(
        AugmentationSpec.Builder::clearKind, "spec.kind: missing (expected: random or evaluation)");
    assertRefused(
        spec -> spec.setRandom(RandomViews.getDefaultInstance()),
        "spec.random.views: 0 (expected: 1 to 16)");
    assertRefused(
        spec -> second(spec).setFlipProbability(1.5),
        "spec.random.views[1].flip: 1.5 (expected: 0 to 1)");
    assertRefused(
        spec -> second(spec).getCropBuilder().setMinScale(0),
        "spec.random.views[1].crop.scale: [0.0, 1.0] (expected: 0 < min <= max <= 1)");
    assertRefused(
        spec -> second(spec).getBlurBuilder().setKernel(65),
        "spec.random.views[1].blur.kernel: 65 (expected: at most 63 on views of 32 x 32)");
  }

  @Test
  void callersMistakesAreTold() {
    var views = Views.of(AugmentationSettings.simclr().sized(32).toProto(3, 2, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> render(views, 0, 0, 0, 2))
        .withMessage("view: 2 (expected: 0 to 1)");
    var grey = Pictures.waves(9, 9, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> views.render(grey, 0, 0, 0, 0, new byte[views.bytes()], 0))
        .withMessage("image: 1 channels (expected: 3)");
  }

  @Test
  void buildNamesTheCode() {
    assertThat(Views.build()).matches("[0-9a-f]{16}").isEqualTo(Views.build());
  }

  private static void assertRefused(Consumer<AugmentationSpec.Builder> change, String message) {
    var spec = AugmentationSettings.simclr().sized(32).toProto(3, 2, false).toBuilder();
    change.accept(spec);
    assertThatThrownBy(() -> Views.of(spec.build()))
        .isInstanceOf(Problem.class)
        .hasMessage(message);
  }

  private static ViewAugmentation.Builder second(AugmentationSpec.Builder spec) {
    return spec.getRandomBuilder().getViewsBuilder(1);
  }

  /// Everything off but what the arguments turn on.
  private static ViewSettings still(Range scale, double flip, double solarise, int threshold) {
    return new ViewSettings(
        new ViewSettings.Crop(scale, new Range(1, 1)),
        flip,
        new ViewSettings.ColourJitter(0, 0, 0, 0, 0),
        0,
        new ViewSettings.Blur(0, new Range(1, 1), 0),
        new ViewSettings.Solarise(solarise, threshold));
  }

  private static byte[] render(ViewSettings settings, Image image) {
    var spec = new AugmentationSettings(32, settings, null).toProto(image.channels(), 1, false);
    var view = new byte[32 * 32 * image.channels()];
    Views.of(spec).render(image, 0, 0, 0, 0, view, 0);
    return view;
  }

  private static byte[] render(Views views, long seed, long epoch, long sample, int view) {
    var bytes = new byte[views.bytes()];
    views.render(IMAGE, seed, epoch, sample, view, bytes, 0);
    return bytes;
  }

  /// Over 64 samples of two views each.
  private static String sha256(AugmentationSettings settings, Image image) throws Exception {
    var views = Views.of(settings.toProto(image.channels(), 2, false));
    var digest = MessageDigest.getInstance("SHA-256");
    var view = new byte[views.bytes()];
    for (int i = 0; i < 128; i++) {
      views.render(image, 42, i % 3, i / 2, i % 2, view, 0);
      digest.update(view);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
