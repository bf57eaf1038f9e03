package dev.athanor.augmentation.view;

import dev.athanor.platform.augmentation.ViewSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What chance has decided for one view: settings in, fixed numbers out.
///
/// @param jitter null where the colours stay
/// @param sigma of the blur in pixels; 0 where there is none
/// @param threshold of the solarisation, 0..255; 256 where there is none
record Recipe(
    CropBox crop,
    boolean flip,
    @Nullable Jitter jitter,
    boolean grey,
    double sigma,
    int threshold) {
  static final int NO_THRESHOLD = 256;

  // What each draw is for. Numbers stay as they are for ever: batches are frozen by them.
  private static final int FLIP = 64;
  private static final int JITTER = 65;
  private static final int ORDER = 66;
  private static final int BRIGHTNESS = 67;
  private static final int CONTRAST = 68;
  private static final int SATURATION = 69;
  private static final int HUE = 70;
  private static final int GREY = 71;
  private static final int BLUR = 72;
  private static final int SIGMA = 73;
  private static final int SOLARISE = 74;

  /// The operations of colour jitter.
  enum Operation {
    BRIGHTNESS,
    CONTRAST,
    SATURATION,
    HUE
  }

  /// @param order in which the four are applied
  /// @param hue in turns
  record Jitter(
      List<Operation> order, double brightness, double contrast, double saturation, double hue) {}

  /// Draws for an image of this size.
  static Recipe draw(ViewSettings settings, int height, int width, Draws draws) {
    var blur = settings.blur();
    var solarise = settings.solarise();
    return new Recipe(
        CropBox.draw(settings.crop(), height, width, draws),
        draws.happens(settings.flip(), FLIP),
        jitter(settings.colourJitter(), draws),
        draws.happens(settings.grey(), GREY),
        draws.happens(blur.probability(), BLUR)
            ? draws.between(blur.sigma().min(), blur.sigma().max(), SIGMA)
            : 0,
        draws.happens(solarise.probability(), SOLARISE) ? solarise.threshold() : NO_THRESHOLD);
  }

  private static @Nullable Jitter jitter(ViewSettings.ColourJitter settings, Draws draws) {
    if (!draws.happens(settings.probability(), JITTER)) {
      return null;
    }
    return new Jitter(
        order(draws.below(24, ORDER)),
        factor(settings.brightness(), draws, BRIGHTNESS),
        factor(settings.contrast(), draws, CONTRAST),
        factor(settings.saturation(), draws, SATURATION),
        draws.between(-settings.hue(), settings.hue(), HUE));
  }

  /// The order with this number: each digit of the number in factorial base takes one of those
  /// left.
  private static List<Operation> order(int number) {
    var left = new ArrayList<>(List.of(Operation.values()));
    var order = new ArrayList<Operation>(left.size());
    for (int choices = left.size(); choices > 0; choices--) {
      order.add(left.remove(number % choices));
      number /= choices;
    }
    return order;
  }

  private static double factor(double strength, Draws draws, int draw) {
    return draws.between(Math.max(0, 1 - strength), 1 + strength, draw);
  }
}
