package dev.athanor.platform.augmentation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One view as a document says it: what is null was left out, and stays as it is in the view that
/// the document is laid over.
@JsonInclude(JsonInclude.Include.NON_NULL)
record ViewDocument(
    @Nullable Crop crop,
    @Nullable Double flip,
    @Nullable ColourJitter colourJitter,
    @Nullable Double grey,
    @Nullable Blur blur,
    @Nullable Solarise solarise) {

  static ViewDocument of(ViewSettings view) {
    var jitter = view.colourJitter();
    var blur = view.blur();
    return new ViewDocument(
        new Crop(view.crop().scale().bounds(), view.crop().ratio().bounds()),
        view.flip(),
        new ColourJitter(
            jitter.probability(),
            jitter.brightness(),
            jitter.contrast(),
            jitter.saturation(),
            jitter.hue()),
        view.grey(),
        new Blur(blur.probability(), blur.sigma().bounds(), blur.kernel()),
        new Solarise(view.solarise().probability(), view.solarise().threshold()));
  }

  /// @param path where this document stands in the caller's
  ViewSettings over(ViewSettings base, String path) {
    return new ViewSettings(
        crop == null ? base.crop() : crop.over(base.crop(), path + ".crop"),
        or(flip, base.flip()),
        colourJitter == null ? base.colourJitter() : colourJitter.over(base.colourJitter()),
        or(grey, base.grey()),
        blur == null ? base.blur() : blur.over(base.blur(), path + ".blur"),
        solarise == null ? base.solarise() : solarise.over(base.solarise()));
  }

  record Crop(@Nullable List<Double> scale, @Nullable List<Double> ratio) {
    ViewSettings.Crop over(ViewSettings.Crop base, String path) {
      return new ViewSettings.Crop(
          scale == null ? base.scale() : Range.of(scale, path + ".scale"),
          ratio == null ? base.ratio() : Range.of(ratio, path + ".ratio"));
    }
  }

  record ColourJitter(
      @Nullable Double probability,
      @Nullable Double brightness,
      @Nullable Double contrast,
      @Nullable Double saturation,
      @Nullable Double hue) {
    ViewSettings.ColourJitter over(ViewSettings.ColourJitter base) {
      return new ViewSettings.ColourJitter(
          or(probability, base.probability()),
          or(brightness, base.brightness()),
          or(contrast, base.contrast()),
          or(saturation, base.saturation()),
          or(hue, base.hue()));
    }
  }

  record Blur(
      @Nullable Double probability, @Nullable List<Double> sigma, @Nullable Integer kernel) {
    ViewSettings.Blur over(ViewSettings.Blur base, String path) {
      return new ViewSettings.Blur(
          or(probability, base.probability()),
          sigma == null ? base.sigma() : Range.of(sigma, path + ".sigma"),
          or(kernel, base.kernel()));
    }
  }

  record Solarise(@Nullable Double probability, @Nullable Integer threshold) {
    ViewSettings.Solarise over(ViewSettings.Solarise base) {
      return new ViewSettings.Solarise(
          or(probability, base.probability()), or(threshold, base.threshold()));
    }
  }

  private static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }
}
