package dev.athanor.learning.scaling;

/// L(N, D) = E + A / N^α + B / D^β: Hoffmann et al. 2022, https://arxiv.org/abs/2203.15556,
/// equation 2.
///
/// @param irreducible E, what no model of no training falls below
/// @param sizeScale A
/// @param sizeExponent α
/// @param dataScale B
/// @param dataExponent β
public record JointLaw(
    double irreducible,
    double sizeScale,
    double sizeExponent,
    double dataScale,
    double dataExponent) {

  public double loss(double parameters, double tokens) {
    return irreducible
        + sizeScale / Math.pow(parameters, sizeExponent)
        + dataScale / Math.pow(tokens, dataExponent);
  }

  /// a in N ∝ C^a, the parameters that make the best of C operations (section 3.3, equation 4); the
  /// tokens grow as C^(1 - a).
  public double optimalSizeExponent() {
    return dataExponent / (sizeExponent + dataExponent);
  }
}
