package dev.athanor.augmentation.view;

import dev.athanor.platform.augmentation.ViewSettings;

/// The part of an image that a view shows, in pixels.
record CropBox(int top, int left, int height, int width) {
  private static final int TRIES = 10;
  private static final int DRAWS_A_TRY = 4;

  static CropBox whole(int height, int width) {
    return new CropBox(0, 0, height, width);
  }

  /// Szegedy et al. 2014 (https://arxiv.org/abs/1409.4842), as torchvision's `RandomResizedCrop`
  /// draws it: ten tries at an area and an aspect ratio that fit, else the largest centred part
  /// whose ratio is within the range. Takes the draws 0 to 39.
  static CropBox draw(ViewSettings.Crop settings, int height, int width, Draws draws) {
    double area = (double) height * width;
    double minLog = StrictMath.log(settings.ratio().min());
    double maxLog = StrictMath.log(settings.ratio().max());
    for (int i = 0; i < TRIES * DRAWS_A_TRY; i += DRAWS_A_TRY) {
      double target = area * draws.between(settings.scale().min(), settings.scale().max(), i);
      double ratio = StrictMath.exp(draws.between(minLog, maxLog, i + 1));
      int w = (int) Math.rint(Math.sqrt(target * ratio));
      int h = (int) Math.rint(Math.sqrt(target / ratio));
      if (0 < w && w <= width && 0 < h && h <= height) {
        int top = draws.below(height - h + 1, i + 2);
        int left = draws.below(width - w + 1, i + 3);
        return new CropBox(top, left, h, w);
      }
    }
    return fallback(settings, height, width);
  }

  private static CropBox fallback(ViewSettings.Crop settings, int height, int width) {
    double ratio = (double) width / height;
    int w = width;
    int h = height;
    if (ratio < settings.ratio().min()) {
      h = Math.clamp((long) Math.rint(w / settings.ratio().min()), 1, height);
    } else if (ratio > settings.ratio().max()) {
      w = Math.clamp((long) Math.rint(h * settings.ratio().max()), 1, width);
    }
    return new CropBox((height - h) / 2, (width - w) / 2, h, w);
  }
}
