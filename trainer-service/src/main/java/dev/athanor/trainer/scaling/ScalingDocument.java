package dev.athanor.trainer.scaling;

import dev.athanor.learning.scaling.Estimate;
import dev.athanor.learning.scaling.JointLaw;
import dev.athanor.learning.scaling.PowerLaw;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// A study as callers see it.
///
/// @param runs what the laws were fitted to
/// @param joint L(N, D) = irreducible + sizeScale / N^sizeExponent + dataScale / D^dataExponent
/// @param parameters L(N) = (scale / N)^exponent, of the lowest loss at each N
/// @param tokens L(D) = (scale / D)^exponent, of the lowest loss at each D
/// @param resamples that the intervals come from
record ScalingDocument(
    List<Run> runs, Joint joint, Power parameters, Power tokens, int resamples, long seed) {

  /// @param fitted what the joint law says instead of `loss`
  record Run(String run, long parameters, long tokens, double loss, double fitted) {}

  /// @param optimalSizeExponent a in N ∝ C^a, where C operations are spent best
  record Joint(
      Figure irreducible,
      Figure sizeScale,
      Figure sizeExponent,
      Figure dataScale,
      Figure dataExponent,
      Figure optimalSizeExponent) {}

  record Power(Figure scale, Figure exponent) {}

  /// @param low with `high`, the bounds between which 95 of 100 resamples are
  record Figure(double value, double low, double high) {
    static <L> Figure of(Estimate<L> estimate, ToDoubleFunction<L> figure) {
      var interval = estimate.interval(figure);
      return new Figure(figure.applyAsDouble(estimate.law()), interval.low(), interval.high());
    }
  }

  static ScalingDocument of(ScalingStudy study) {
    var fit = study.fit();
    return new ScalingDocument(
        study.findings().stream().map(finding -> run(finding, fit.joint().law())).toList(),
        joint(fit.joint()),
        power(fit.parameters()),
        power(fit.tokens()),
        ScalingStudies.RESAMPLES,
        study.seed());
  }

  private static Run run(Finding finding, JointLaw law) {
    return new Run(
        finding.run(),
        finding.parameters(),
        finding.tokens(),
        finding.loss(),
        law.loss(finding.parameters(), finding.tokens()));
  }

  private static Joint joint(Estimate<JointLaw> joint) {
    return new Joint(
        Figure.of(joint, JointLaw::irreducible),
        Figure.of(joint, JointLaw::sizeScale),
        Figure.of(joint, JointLaw::sizeExponent),
        Figure.of(joint, JointLaw::dataScale),
        Figure.of(joint, JointLaw::dataExponent),
        Figure.of(joint, JointLaw::optimalSizeExponent));
  }

  private static Power power(Estimate<PowerLaw> power) {
    return new Power(Figure.of(power, PowerLaw::scale), Figure.of(power, PowerLaw::exponent));
  }
}
