package dev.athanor.platform.augmentation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.EvaluationView;
import dev.athanor.contracts.batch.RandomViews;
import dev.athanor.platform.error.Problem;
import org.jspecify.annotations.Nullable;

/// The `augmentation` of a run or of a preview. In JSON or YAML every field may be left out:
///
/// ```yaml
/// size: 28
/// crop: {scale: [0.08, 1.0], ratio: [0.75, 1.3333333333]}
/// flip: 0.5
/// colourJitter: {probability: 0.8, brightness: 0.8, contrast: 0.8, saturation: 0.8, hue: 0.2}
/// grey: 0.2
/// blur: {probability: 0.5, sigma: [0.1, 2.0], kernel: 0}
/// solarise: {probability: 0.0, threshold: 128}
/// second: {blur: {probability: 0.1}}     # the second view, where it differs from the first
/// ```
///
/// Written out again it has every field, so that what is stored does not change with a default.
///
/// @param size height and width of a view, 8 to 1024; null: left to whoever knows the dataset, who
///   calls [#sized]
/// @param first how the first view is drawn
/// @param second how the second is; null: as the first
public record AugmentationSettings(
    @Nullable Integer size, ViewSettings first, @Nullable ViewSettings second) {
  private static final String PATH = "augmentation";
  private static final int SMALLEST = 8;
  private static final int LARGEST = 1024;

  public AugmentationSettings {
    ViewChecks.check(first, PATH);
    if (second != null) {
      ViewChecks.check(second, PATH + ".second");
    }
    if (size != null) {
      checkSize(size, PATH + ".size");
      ViewChecks.checkFits(first, size, size, PATH);
      if (second != null) {
        ViewChecks.checkFits(second, size, size, PATH + ".second");
      }
    }
  }

  /// SimCLR's defaults, the size left open.
  public static AugmentationSettings simclr() {
    return new AugmentationSettings(null, ViewSettings.SIMCLR, null);
  }

  /// One deterministic view a sample: shorter side resized, centre cropped.
  public static AugmentationSpec evaluation(int size, int channels) {
    checkSize(size, "size");
    return spec(size, channels).setEvaluation(EvaluationView.getDefaultInstance()).build();
  }

  /// These settings with a size, where they have none of their own.
  public AugmentationSettings sized(int otherwise) {
    return size == null ? new AugmentationSettings(otherwise, first, second) : this;
  }

  /// The wire's form of `views` random views of each sample, 1 or 2.
  ///
  /// @param channels of the dataset: 1 or 3
  /// @param labels whether batches carry the labels as well
  public AugmentationSpec toProto(int channels, int views, boolean labels) {
    if (size == null) {
      throw Problem.unprocessable("augmentation.size: missing (expected: 8 to 1024)");
    }
    ViewChecks.require(views == 1 || views == 2, "views", views, "1 or 2");
    var random = RandomViews.newBuilder().setLabels(labels).addViews(first.toProto());
    if (views == 2) {
      random.addViews((second == null ? first : second).toProto());
    }
    return spec(size, channels).setRandom(random).build();
  }

  /// Bounds that every side of a view keeps to.
  public static void checkSize(int size, String path) {
    ViewChecks.require(
        SMALLEST <= size && size <= LARGEST, path, size, SMALLEST + " to " + LARGEST);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static AugmentationSettings read(AugmentationDocument document) {
    var first = document.first().over(ViewSettings.SIMCLR, PATH);
    var second = document.second();
    return new AugmentationSettings(
        document.size(), first, second == null ? null : second.over(first, PATH + ".second"));
  }

  @JsonValue
  AugmentationDocument write() {
    return AugmentationDocument.of(this);
  }

  private static AugmentationSpec.Builder spec(int size, int channels) {
    ViewChecks.require(channels == 1 || channels == 3, "channels", channels, "1 or 3");
    return AugmentationSpec.newBuilder().setHeight(size).setWidth(size).setChannels(channels);
  }
}
