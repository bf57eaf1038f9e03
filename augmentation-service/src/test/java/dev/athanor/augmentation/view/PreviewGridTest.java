package dev.athanor.augmentation.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageDecoder;
import org.junit.jupiter.api.Test;

class PreviewGridTest {
  private final Views views =
      Views.of(AugmentationSettings.simclr().sized(32).toProto(3, 2, false));

  @Test
  void showsTheOriginalAndTheViewsThatARunWouldSee() {
    var original = Pictures.waves(32, 32, 3, 3);
    var grid = new ImageDecoder().decode(PreviewGrid.png(original, views, 5, 17, 4), 3);
    assertThat(grid.height()).isEqualTo(2 * (18 + 100) + 4);
    assertThat(grid.width()).isEqualTo(5 * 100 + 4);
    assertShows(grid, original.pixels(), 18, 4);
    var view = new byte[views.bytes()];
    views.render(original, 5, 0, 17, 0, view, 0);
    assertShows(grid, view, 18, 104);
    views.render(original, 5, 3, 17, 1, view, 0);
    assertShows(grid, view, 18 + 118, 404);
  }

  @Test
  void greyAndOblongImagesAndManyDraws() {
    var grey = Views.of(AugmentationSettings.evaluation(200, 1));
    var png = PreviewGrid.png(Pictures.waves(30, 900, 1, 3), grey, 0, 0, 20);
    var grid = new ImageDecoder().decode(png, 3);
    assertThat(grid.height()).isEqualTo(18 + 3 * 204 + 4);
    assertThat(grid.width()).isEqualTo(9 * 204 + 4);
  }

  @Test
  void numberOfDrawsIsBounded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreviewGrid.png(Pictures.waves(8, 8, 3, 1), views, 0, 0, 65))
        .withMessage("views: 65 (expected: 1 to 64)");
  }

  @Test
  void largeViewsAreDrawnInSmallerNumbers() {
    var large = Views.of(AugmentationSettings.simclr().sized(1024).toProto(3, 2, false));
    assertThat(PreviewGrid.png(Pictures.waves(8, 8, 3, 1), large, 0, 0, 8)).isNotEmpty();
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> PreviewGrid.png(Pictures.waves(8, 8, 3, 1), large, 0, 0, 64))
        .withMessage(
            "views, augmentation.size: 64 of 1024 x 1024, a grid of 16488 x 9256 pixels (expected: at most 20971520 pixels; fewer or smaller views)");
  }

  /// Each pixel three times as large.
  private static void assertShows(Image grid, byte[] view, int top, int left) {
    var image = new Image(32, 32, 3, view);
    for (int y = 0; y < 96; y++) {
      for (int x = 0; x < 96; x++) {
        assertThat(grid.at(top + y, left + x, 1)).isEqualTo(image.at(y / 3, x / 3, 1));
      }
    }
  }
}
