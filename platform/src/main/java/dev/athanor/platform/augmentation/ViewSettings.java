package dev.athanor.platform.augmentation;

import dev.athanor.contracts.batch.ViewAugmentation;

/// How one view is drawn from an image: SimCLR's augmentations, Chen et al. 2020,
/// https://arxiv.org/abs/2002.05709, appendix A, and BYOL's solarisation. They are applied in the
/// order of the components.
///
/// @param crop random resized crop
/// @param flip probability of a horizontal flip
/// @param grey probability that the colours go; on grey images nothing happens
public record ViewSettings(
    Crop crop, double flip, ColourJitter colourJitter, double grey, Blur blur, Solarise solarise) {

  /// The paper's own: appendix A with strength 1.
  public static final ViewSettings SIMCLR =
      new ViewSettings(
          new Crop(new Range(0.08, 1), new Range(3 / 4.0, 4 / 3.0)),
          0.5,
          new ColourJitter(0.8, 0.8, 0.8, 0.8, 0.2),
          0.2,
          new Blur(0.5, new Range(0.1, 2), 0),
          new Solarise(0, 128));

  /// @param scale area of the crop as a fraction of the image's
  /// @param ratio width over height, drawn uniformly on a logarithmic scale
  public record Crop(Range scale, Range ratio) {}

  /// Factors are drawn from `[max(0, 1 - strength), 1 + strength]`, the turn of the hue from
  /// `[-hue, hue]`; the four are applied in random order.
  public record ColourJitter(
      double probability, double brightness, double contrast, double saturation, double hue) {}

  /// @param sigma in pixels of the view
  /// @param kernel width in pixels, odd; 0 stands for a tenth of the view's height, made odd
  public record Blur(double probability, Range sigma, int kernel) {

    /// The width of the kernel on a view of this height.
    public int kernel(int height) {
      return kernel == 0 ? height / 10 | 1 : kernel;
    }
  }

  /// @param threshold values at or above it are inverted
  public record Solarise(double probability, int threshold) {}

  /// Reads and checks what came over the wire.
  ///
  /// @param path how messages name the view, "spec.random.views[0]"
  public static ViewSettings of(ViewAugmentation view, int height, int width, String path) {
    var crop = view.getCrop();
    var jitter = view.getColourJitter();
    var blur = view.getBlur();
    var settings =
        new ViewSettings(
            new Crop(
                new Range(crop.getMinScale(), crop.getMaxScale()),
                new Range(crop.getMinRatio(), crop.getMaxRatio())),
            view.getFlipProbability(),
            new ColourJitter(
                jitter.getProbability(),
                jitter.getBrightness(),
                jitter.getContrast(),
                jitter.getSaturation(),
                jitter.getHue()),
            view.getGreyProbability(),
            new Blur(
                blur.getProbability(),
                new Range(blur.getMinSigma(), blur.getMaxSigma()),
                blur.getKernel()),
            new Solarise(view.getSolarise().getProbability(), view.getSolarise().getThreshold()));
    ViewChecks.check(settings, path);
    ViewChecks.checkFits(settings, height, width, path);
    return settings;
  }

  ViewAugmentation toProto() {
    var view = ViewAugmentation.newBuilder().setFlipProbability(flip).setGreyProbability(grey);
    view.getCropBuilder()
        .setMinScale(crop.scale().min())
        .setMaxScale(crop.scale().max())
        .setMinRatio(crop.ratio().min())
        .setMaxRatio(crop.ratio().max());
    view.getColourJitterBuilder()
        .setProbability(colourJitter.probability())
        .setBrightness(colourJitter.brightness())
        .setContrast(colourJitter.contrast())
        .setSaturation(colourJitter.saturation())
        .setHue(colourJitter.hue());
    view.getBlurBuilder()
        .setProbability(blur.probability())
        .setMinSigma(blur.sigma().min())
        .setMaxSigma(blur.sigma().max())
        .setKernel(blur.kernel());
    view.getSolariseBuilder()
        .setProbability(solarise.probability())
        .setThreshold(solarise.threshold());
    return view.build();
  }
}
