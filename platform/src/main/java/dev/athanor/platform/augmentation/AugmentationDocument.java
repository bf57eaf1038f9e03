package dev.athanor.platform.augmentation;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// The document's fields as they stand; the first view's are its own, so that most callers need not
/// know that there are two.
@JsonInclude(JsonInclude.Include.NON_NULL)
record AugmentationDocument(
    @Nullable Integer size,
    ViewDocument.@Nullable Crop crop,
    @Nullable Double flip,
    ViewDocument.@Nullable ColourJitter colourJitter,
    @Nullable Double grey,
    ViewDocument.@Nullable Blur blur,
    ViewDocument.@Nullable Solarise solarise,
    @Nullable ViewDocument second) {

  static AugmentationDocument of(AugmentationSettings settings) {
    var first = ViewDocument.of(settings.first());
    var second = settings.second();
    return new AugmentationDocument(
        settings.size(),
        first.crop(),
        first.flip(),
        first.colourJitter(),
        first.grey(),
        first.blur(),
        first.solarise(),
        second == null ? null : ViewDocument.of(second));
  }

  ViewDocument first() {
    return new ViewDocument(crop, flip, colourJitter, grey, blur, solarise);
  }
}
