package dev.athanor.learning.scaling;

/// What a finished run came to.
///
/// @param parameters N
/// @param tokens that it was trained on, repetitions included, D
/// @param loss on text that it was not trained on, in nats a token
public record Observation(double parameters, double tokens, double loss) {
  public Observation {
    positive("parameters", parameters);
    positive("tokens", tokens);
    positive("loss", loss);
  }

  private static void positive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("%s: %s (expected: > 0)".formatted(name, value));
    }
  }
}
