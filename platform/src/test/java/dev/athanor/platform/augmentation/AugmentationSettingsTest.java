package dev.athanor.platform.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class AugmentationSettingsTest {
  private final JsonMapper mapper =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  @Test
  void nothingSaidIsSimclr() {
    assertThat(read("{}")).isEqualTo(AugmentationSettings.simclr());
    var view = AugmentationSettings.simclr().sized(32).toProto(3, 2, false).getRandom().getViews(0);
    assertThat(view.getCrop().getMinScale()).isEqualTo(0.08);
    assertThat(view.getCrop().getMaxRatio()).isEqualTo(4 / 3.0);
    assertThat(view.getColourJitter().getHue()).isEqualTo(0.2);
    assertThat(view.getSolarise().getProbability()).isZero();
  }

  @Test
  void everyFieldIsRead() {
    var settings =
        read(
            """
            {"size": 28, "crop": {"scale": [0.3, 0.9], "ratio": [0.5, 2]}, "flip": 0.1,
             "colourJitter":
               {"probability": 0.2, "brightness": 0.3, "contrast": 0.4, "saturation": 0.5, "hue": 0.05},
             "grey": 0.6, "blur": {"probability": 0.7, "sigma": [0.8, 0.9], "kernel": 5},
             "solarise": {"probability": 0.25, "threshold": 100}}
            """);
    var first = settings.first();
    assertThat(settings.size()).isEqualTo(28);
    assertThat(first.crop())
        .isEqualTo(new ViewSettings.Crop(new Range(0.3, 0.9), new Range(0.5, 2)));
    assertThat(first.flip()).isEqualTo(0.1);
    assertThat(first.colourJitter())
        .isEqualTo(new ViewSettings.ColourJitter(0.2, 0.3, 0.4, 0.5, 0.05));
    assertThat(first.grey()).isEqualTo(0.6);
    assertThat(first.blur()).isEqualTo(new ViewSettings.Blur(0.7, new Range(0.8, 0.9), 5));
    assertThat(first.solarise()).isEqualTo(new ViewSettings.Solarise(0.25, 100));
    assertThat(settings.second()).isNull();
  }

  @Test
  void secondViewDiffersOnlyWhereItSays() {
    var settings =
        read(
            """
            {"flip": 0.3, "blur": {"probability": 1.0, "sigma": [0.5, 1.5]},
             "second": {"blur": {"probability": 0.1}, "solarise": {"probability": 0.2}}}
            """);
    var random = settings.sized(32).toProto(3, 2, true).getRandom();
    assertThat(random.getLabels()).isTrue();
    var first = random.getViews(0);
    var second = random.getViews(1);
    assertThat(first.getBlur().getProbability()).isEqualTo(1);
    assertThat(first.getSolarise().getProbability()).isZero();
    assertThat(second.getFlipProbability()).isEqualTo(0.3);
    assertThat(second.getBlur().getProbability()).isEqualTo(0.1);
    assertThat(second.getBlur().getMaxSigma()).isEqualTo(1.5);
    assertThat(second.getSolarise().getProbability()).isEqualTo(0.2);
    assertThat(second.getSolarise().getThreshold()).isEqualTo(128);
  }

  @Test
  void writtenOutItIsWholeAndComesBack() {
    for (var said :
        new String[] {"{}", "{\"size\": 64, \"second\": {\"crop\": {\"scale\": [0.2, 0.5]}}}"}) {
      var settings = read(said);
      var written = mapper.writeValueAsString(settings);
      assertThat(written).contains("\"crop\":{\"scale\":[0.08,1.0]").contains("\"threshold\":128");
      assertThat(written).doesNotContain("null");
      assertThat(read(written)).isEqualTo(settings);
    }
  }

  @Test
  void theWireAndBackIsTheSame() {
    var settings = read("{\"size\": 48, \"second\": {\"grey\": 0.9}}");
    var random = settings.toProto(1, 2, false).getRandom();
    assertThat(ViewSettings.of(random.getViews(0), 48, 48, "view")).isEqualTo(settings.first());
    assertThat(ViewSettings.of(random.getViews(1), 48, 48, "view")).isEqualTo(settings.second());
  }

  @Test
  void sizeIsThatOfTheDatasetWhereNoneIsSaid() {
    assertThat(read("{}").sized(28).size()).isEqualTo(28);
    assertThat(read("{\"size\": 64}").sized(28).size()).isEqualTo(64);
    assertThatThrownBy(() -> read("{}").toProto(3, 2, false))
        .hasMessage("augmentation.size: missing (expected: 8 to 1024)");
  }

  @Test
  void evaluationIsOneDeterministicView() {
    var spec = AugmentationSettings.evaluation(28, 1);
    assertThat(spec.hasEvaluation()).isTrue();
    assertThat(spec.getHeight()).isEqualTo(28);
    assertThat(spec.getChannels()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"size": 4}                               | augmentation.size: 4 (expected: 8 to 1024)
          {"size": 1025}                            | augmentation.size: 1025 (expected: 8 to 1024)
          {"crop": {"scale": [0.5, 0.1]}}           | augmentation.crop.scale: [0.5, 0.1] (expected: 0 < min <= max <= 1)
          {"crop": {"scale": [0, 1]}}               | augmentation.crop.scale: [0.0, 1.0] (expected: 0 < min <= max <= 1)
          {"crop": {"scale": [0.5]}}                | augmentation.crop.scale: [0.5] (expected: [min, max])
          {"crop": {"scale": [0.5, null]}}          | augmentation.crop.scale: [0.5, null] (expected: [min, max])
          {"crop": {"ratio": [2, 1]}}               | augmentation.crop.ratio: [2.0, 1.0] (expected: 0 < min <= max <= 100)
          {"flip": -0.1}                            | augmentation.flip: -0.1 (expected: 0 to 1)
          {"grey": 1.1}                             | augmentation.grey: 1.1 (expected: 0 to 1)
          {"colourJitter": {"probability": 2}}      | augmentation.colourJitter.probability: 2.0 (expected: 0 to 1)
          {"colourJitter": {"brightness": -1}}      | augmentation.colourJitter.brightness: -1.0 (expected: 0 to 100)
          {"colourJitter": {"contrast": 1e9}}       | augmentation.colourJitter.contrast: 1.0E9 (expected: 0 to 100)
          {"colourJitter": {"hue": 0.6}}            | augmentation.colourJitter.hue: 0.6 (expected: 0 to 0.5)
          {"blur": {"sigma": [0, 2]}}               | augmentation.blur.sigma: [0.0, 2.0] (expected: 0 < min <= max <= 1000)
          {"blur": {"kernel": 4}}                   | augmentation.blur.kernel: 4 (expected: 0 or an odd number)
          {"size": 8, "blur": {"kernel": 17}}       | augmentation.blur.kernel: 17 (expected: at most 15 on views of 8 x 8)
          {"solarise": {"threshold": 256}}          | augmentation.solarise.threshold: 256 (expected: 0 to 255)
          {"second": {"crop": {"scale": [0.5, 0.1]}}} | augmentation.second.crop.scale: [0.5, 0.1] (expected: 0 < min <= max <= 1)
          {"second": {"blur": {"sigma": []}}}       | augmentation.second.blur.sigma: [] (expected: [min, max])
          """)
  void saysWhatIsWrong(String said, String message) {
    assertThatThrownBy(() -> read(said))
        .isInstanceOf(JacksonException.class)
        .satisfies(failure -> assertThat(JsonErrors.describe(failure)).isEqualTo(message))
        .rootCause()
        .asInstanceOf(InstanceOfAssertFactories.type(Problem.class))
        .returns(Kind.UNPROCESSABLE, Problem::kind);
  }

  @Test
  void unknownFieldsAreNamed() {
    for (var said : new String[] {"{\"flipp\": 1}", "{\"second\": {\"crop\": {\"scal\": 1}}}"}) {
      assertThatThrownBy(() -> read(said))
          .satisfies(failure -> assertThat(JsonErrors.describe(failure)).contains("unknown field"));
    }
  }

  @Test
  void whatIsNotANumberIsRefused() {
    var view = ViewSettings.SIMCLR;
    var jitter = new ViewSettings.ColourJitter(0.5, Double.NaN, 0, 0, 0);
    assertThatThrownBy(
            () ->
                new AugmentationSettings(
                    null,
                    new ViewSettings(view.crop(), 0.5, jitter, 0.2, view.blur(), view.solarise()),
                    null))
        .hasMessage("augmentation.colourJitter.brightness: NaN (expected: 0 to 100)");
  }

  private AugmentationSettings read(String json) {
    return mapper.readValue(json, AugmentationSettings.class);
  }
}
