package dev.athanor.learning.scaling;

/// L(x) = (scale / x)^exponent: Kaplan et al. 2020, https://arxiv.org/abs/2001.08361, equations 1.1
/// (x = N) and 1.2 (x = D).
public record PowerLaw(double scale, double exponent) {

  public double loss(double x) {
    return Math.pow(scale / x, exponent);
  }
}
