package dev.athanor.learning.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/// The laws of some observations.
///
/// Intervals come from fitting resamples of the observations, drawn with replacement. They say how
/// far the law would move with other runs of the same sizes and lengths, not how far it holds
/// beyond them.
///
/// @param joint L(N, D)
/// @param parameters L(N), of the lowest losses at each N
/// @param tokens L(D), of the lowest losses at each D
public record ScalingFit(
    Estimate<JointLaw> joint, Estimate<PowerLaw> parameters, Estimate<PowerLaw> tokens) {

  /// Five numbers are fitted; a law of three terms bends only where there are three places each.
  public static final int LEAST_OBSERVATIONS = 9;

  /// Different N, and different D, that there must be.
  public static final int LEAST_PLACES = 3;

  private static final int MOST_DRAWS = 100;

  /// How many of the observations' own minima each resample starts from.
  private static final int STARTS = 4;

  /// @param resamples how many, for the intervals
  /// @param seed of the draws
  /// @throws IllegalArgumentException where there are too few observations
  public static ScalingFit of(List<Observation> observations, int resamples, long seed) {
    requireEnough(observations);
    var laws = new JointFit(observations).laws();
    var starts = laws.subList(0, Math.min(STARTS, laws.size()));
    var joint = new ArrayList<JointLaw>();
    var parameters = new ArrayList<PowerLaw>();
    var tokens = new ArrayList<PowerLaw>();
    var random = new SplittableRandom(seed);
    for (var i = 0; i < resamples; i++) {
      var drawn = draw(observations, random);
      joint.add(new JointFit(drawn).from(starts));
      parameters.add(PowerFit.law(drawn, Observation::parameters));
      tokens.add(PowerFit.law(drawn, Observation::tokens));
    }
    return new ScalingFit(
        new Estimate<>(laws.getFirst(), joint),
        new Estimate<>(PowerFit.law(observations, Observation::parameters), parameters),
        new Estimate<>(PowerFit.law(observations, Observation::tokens), tokens));
  }

  private static void requireEnough(List<Observation> observations) {
    var sizes = places(observations, Observation::parameters);
    var lengths = places(observations, Observation::tokens);
    if (observations.size() < LEAST_OBSERVATIONS
        || sizes < LEAST_PLACES
        || lengths < LEAST_PLACES) {
      throw new IllegalArgumentException(
          "observations: %d, of %d sizes and %d numbers of tokens (expected: >= %d, of >= %d and >= %d)"
              .formatted(
                  observations.size(),
                  sizes,
                  lengths,
                  LEAST_OBSERVATIONS,
                  LEAST_PLACES,
                  LEAST_PLACES));
    }
  }

  private static long places(
      List<Observation> observations, ToDoubleFunction<Observation> coordinate) {
    return observations.stream().mapToDouble(coordinate).distinct().count();
  }

  /// As many observations as there are, with replacement, of two sizes and lengths at least:
  /// through one no line can be laid.
  private static List<Observation> draw(List<Observation> observations, SplittableRandom random) {
    for (var i = 0; i < MOST_DRAWS; i++) {
      var drawn =
          random
              .ints(observations.size(), 0, observations.size())
              .mapToObj(observations::get)
              .toList();
      if (places(drawn, Observation::parameters) > 1 && places(drawn, Observation::tokens) > 1) {
        return drawn;
      }
    }
    throw new IllegalArgumentException(
        "observations: nearly all of one size or one number of tokens (expected: some of each)");
  }
}
