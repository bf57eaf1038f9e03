package dev.athanor.learning.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/// Laws are found again from losses that were made with them.
class ScalingFitTest {
  /// Hoffmann et al. 2022, section 3.3 and appendix D.3.
  private static final JointLaw CHINCHILLA = new JointLaw(1.69, 406.4, 0.34, 410.7, 0.28);

  private static final double[] SIZES = {4.4e7, 1.4e8, 4e8, 1.2e9, 4e9, 1.6e10};
  private static final double[] LENGTHS = {5e8, 2e9, 8e9, 3e10, 1.2e11, 5e11};

  /// Of the size that runs here have.
  private static final JointLaw SMALL = new JointLaw(1.1, 60, 0.4, 300, 0.45);

  private static final double[] SMALL_SIZES = {1e5, 3e5, 1e6};
  private static final double[] SMALL_LENGTHS = {3e5, 1e6, 4e6};

  @Test
  void findsTheLawOfLossesWithoutNoise() {
    assertFound(ScalingFit.of(losses(CHINCHILLA, SIZES, LENGTHS, 0), 10, 1), CHINCHILLA);
    assertFound(ScalingFit.of(losses(SMALL, SMALL_SIZES, SMALL_LENGTHS, 0), 10, 1), SMALL);
  }

  private static void assertFound(ScalingFit fit, JointLaw truth) {
    var law = fit.joint().law();
    assertThat(law.sizeExponent()).isCloseTo(truth.sizeExponent(), within(0.005));
    assertThat(law.dataExponent()).isCloseTo(truth.dataExponent(), within(0.005));
    assertThat(law.irreducible()).isCloseTo(truth.irreducible(), within(0.01));
    assertThat(law.loss(7e6, 2e7)).isCloseTo(truth.loss(7e6, 2e7), within(0.01));
    assertThat(law.optimalSizeExponent()).isCloseTo(truth.optimalSizeExponent(), within(0.01));
  }

  @Test
  void intervalsCoverTheTruthUnderNoise() {
    var fit = ScalingFit.of(losses(CHINCHILLA, SIZES, LENGTHS, 0.004), 200, 1);

    assertCovers(fit, JointLaw::sizeExponent);
    assertCovers(fit, JointLaw::dataExponent);
    assertCovers(fit, JointLaw::irreducible);
    assertCovers(fit, JointLaw::optimalSizeExponent);
    var width = fit.joint().interval(JointLaw::sizeExponent);
    assertThat(width.high() - width.low()).isBetween(0.005, 0.2);
  }

  private static void assertCovers(ScalingFit fit, ToDoubleFunction<JointLaw> figure) {
    var interval = fit.joint().interval(figure);
    assertThat(figure.applyAsDouble(CHINCHILLA)).isBetween(interval.low(), interval.high());
    assertThat(figure.applyAsDouble(fit.joint().law())).isBetween(interval.low(), interval.high());
  }

  @Test
  void intervalsAreWideWhereThereIsMuchNoise() {
    var quiet = ScalingFit.of(losses(CHINCHILLA, SIZES, LENGTHS, 0.002), 100, 1);
    var loud = ScalingFit.of(losses(CHINCHILLA, SIZES, LENGTHS, 0.02), 100, 1);
    assertThat(width(loud)).isGreaterThan(3 * width(quiet));
  }

  private static double width(ScalingFit fit) {
    var interval = fit.joint().interval(JointLaw::dataExponent);
    return interval.high() - interval.low();
  }

  @Test
  void runsThatWentWrongDoNotBendTheLaw() {
    var observations = new ArrayList<>(losses(CHINCHILLA, SIZES, LENGTHS, 0));
    for (var spoilt : new int[] {8, 21, 30}) {
      var one = observations.get(spoilt);
      observations.set(spoilt, new Observation(one.parameters(), one.tokens(), 1.5 * one.loss()));
    }
    assertFound(ScalingFit.of(observations, 10, 1), CHINCHILLA);
  }

  @Test
  void findsSinglePowerLaws() {
    // Kaplan et al. 2020, equations 1.1 and 1.2, where the other one is not what holds back.
    var law = new PowerLaw(8.8e13, 0.076);
    var observations = new ArrayList<Observation>();
    for (var size : SIZES) {
      for (var i = 0; i < LENGTHS.length; i++) {
        var heldBack = LENGTHS.length - 1 - i;
        observations.add(new Observation(size, LENGTHS[i], law.loss(size) * (1 + 0.1 * heldBack)));
      }
    }
    var fit = ScalingFit.of(observations, 50, 1);
    assertThat(fit.parameters().law().exponent()).isCloseTo(0.076, within(1e-6));
    assertThat(fit.parameters().law().scale()).isCloseTo(8.8e13, within(1e9));
    assertThat(fit.parameters().law().loss(1e9)).isCloseTo(law.loss(1e9), within(1e-6));
    var interval = fit.parameters().interval(PowerLaw::exponent);
    assertThat(0.076).isBetween(interval.low() - 0.02, interval.high() + 0.02);
    assertThat(fit.tokens().law().exponent()).isPositive();
  }

  @Test
  void oneSeedGivesOneResult() {
    var observations = losses(SMALL, SMALL_SIZES, SMALL_LENGTHS, 0.01);
    var fit = ScalingFit.of(observations, 20, 5);
    assertThat(ScalingFit.of(observations, 20, 5)).isEqualTo(fit);
    assertThat(ScalingFit.of(observations, 20, 6).joint().resampled())
        .isNotEqualTo(fit.joint().resampled());
  }

  @Test
  void tooFewObservationsAreRefusedWithWhatIsNeeded() {
    assertThatThrownBy(
            () -> ScalingFit.of(losses(SMALL, new double[] {1e5, 3e5}, SMALL_LENGTHS, 0), 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observations: 6, of 2 sizes and 3 numbers of tokens (expected: >= 9, of >= 3 and >= 3)");
    assertThatThrownBy(() -> ScalingFit.of(losses(SMALL, SIZES, new double[] {1e6, 2e6}, 0), 1, 1))
        .hasMessageStartingWith("observations: 12, of 6 sizes and 2 numbers of tokens");
    assertThatThrownBy(() -> new Observation(1, 1, Double.NaN))
        .hasMessage("loss: NaN (expected: > 0)");
  }

  /// @param noise standard deviation of log L
  private static List<Observation> losses(
      JointLaw law, double[] sizes, double[] lengths, double noise) {
    var random = new Random(17);
    var observations = new ArrayList<Observation>();
    for (var size : sizes) {
      for (var length : lengths) {
        observations.add(
            new Observation(
                size, length, law.loss(size, length) * Math.exp(noise * random.nextGaussian())));
      }
    }
    return observations;
  }
}
