package dev.athanor.platform.augmentation;

import dev.athanor.platform.error.Problem;

/// What a view's settings must keep to. Each message names the field by its path in the caller's
/// own document. Comparisons are written so that NaN fails them.
final class ViewChecks {
  private ViewChecks() {}

  static void check(ViewSettings view, String path) {
    var scale = view.crop().scale();
    var ratio = view.crop().ratio();
    var sigma = view.blur().sigma();
    require(
        0 < scale.min() && scale.min() <= scale.max() && scale.max() <= 1,
        path + ".crop.scale",
        scale,
        "0 < min <= max <= 1");
    require(
        0 < ratio.min() && ratio.min() <= ratio.max() && ratio.max() <= 100,
        path + ".crop.ratio",
        ratio,
        "0 < min <= max <= 100");
    probability(view.flip(), path + ".flip");
    jitter(view.colourJitter(), path + ".colourJitter");
    probability(view.grey(), path + ".grey");
    probability(view.blur().probability(), path + ".blur.probability");
    require(
        0 < sigma.min() && sigma.min() <= sigma.max() && sigma.max() <= 1000,
        path + ".blur.sigma",
        sigma,
        "0 < min <= max <= 1000");
    int kernel = view.blur().kernel();
    require(
        kernel == 0 || (kernel > 0 && kernel % 2 == 1),
        path + ".blur.kernel",
        kernel,
        "0 or an odd number");
    probability(view.solarise().probability(), path + ".solarise.probability");
    int threshold = view.solarise().threshold();
    require(
        0 <= threshold && threshold <= 255, path + ".solarise.threshold", threshold, "0 to 255");
  }

  /// The blur reflects the view at its borders, so half a kernel must be narrower than the view.
  static void checkFits(ViewSettings view, int height, int width, String path) {
    int kernel = view.blur().kernel(height);
    require(
        kernel / 2 < Math.min(height, width),
        path + ".blur.kernel",
        kernel,
        "at most %d on views of %d x %d".formatted(2 * Math.min(height, width) - 1, height, width));
  }

  private static void jitter(ViewSettings.ColourJitter jitter, String path) {
    probability(jitter.probability(), path + ".probability");
    strength(jitter.brightness(), path + ".brightness");
    strength(jitter.contrast(), path + ".contrast");
    strength(jitter.saturation(), path + ".saturation");
    require(0 <= jitter.hue() && jitter.hue() <= 0.5, path + ".hue", jitter.hue(), "0 to 0.5");
  }

  private static void probability(double value, String path) {
    require(0 <= value && value <= 1, path, value, "0 to 1");
  }

  private static void strength(double value, String path) {
    require(0 <= value && value <= 100, path, value, "0 to 100");
  }

  static void require(boolean holds, String path, Object value, String expected) {
    if (!holds) {
      throw Problem.unprocessable("%s: %s (expected: %s)".formatted(path, value, expected));
    }
  }
}
