package dev.athanor.augmentation.view;

import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.Planes;
import dev.athanor.preprocessing.Resampler;
import dev.athanor.preprocessing.Taps;

/// Follows recipes: memory for one view at a time, and the order in which things are done to it.
/// One thread's.
final class Canvas {
  private static final int MOST = 255;

  private final int height;
  private final int width;
  private final float[][] planes;
  private final float[][] spares;
  private final Resampler resampler = new Resampler();
  private final GaussianBlur blur;

  Canvas(int height, int width, int channels) {
    this.height = height;
    this.width = width;
    this.planes = new float[channels][height * width];
    this.spares = new float[channels][height * width];
    this.blur = new GaussianBlur(height, width);
  }

  /// Writes one view, `(height, width, channels)` bytes.
  ///
  /// @param kernel width of the blur
  void paint(Image image, Recipe recipe, int kernel, byte[] into, int offset) {
    crop(image, recipe.crop(), recipe.flip());
    if (recipe.jitter() != null) {
      jitter(recipe.jitter());
    }
    if (recipe.grey()) {
      Colour.grey(planes, spares[0]);
    }
    if (recipe.sigma() > 0) {
      blur(GaussianBlur.weights(kernel, recipe.sigma()));
    }
    Planes.interleave(planes, into, offset);
    if (recipe.threshold() != Recipe.NO_THRESHOLD) {
      solarise(recipe.threshold(), into, offset);
    }
  }

  private void crop(Image image, CropBox box, boolean flip) {
    var rows = Taps.bilinear(box.top(), box.height(), height);
    var columns = Taps.bilinear(box.left(), box.width(), width);
    resampler.resample(image, rows, flip ? columns.reversed() : columns, planes);
  }

  private void jitter(Recipe.Jitter jitter) {
    for (var operation : jitter.order()) {
      switch (operation) {
        case BRIGHTNESS -> Colour.brightness(planes, (float) jitter.brightness());
        case CONTRAST -> Colour.contrast(planes, (float) jitter.contrast(), spares[0]);
        case SATURATION -> Colour.saturation(planes, (float) jitter.saturation(), spares[0]);
        case HUE -> Colour.hue(planes, (float) jitter.hue(), spares);
      }
    }
  }

  private void blur(float[] weights) {
    for (var plane : planes) {
      blur.blur(plane, weights);
    }
  }

  private void solarise(int threshold, byte[] view, int offset) {
    int end = offset + height * width * planes.length;
    for (int i = offset; i < end; i++) {
      int value = view[i] & 0xff;
      view[i] = (byte) (value >= threshold ? MOST - value : value);
    }
  }
}
