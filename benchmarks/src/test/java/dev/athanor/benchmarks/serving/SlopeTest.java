package dev.athanor.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlopeTest {
  private static final double[] HOURS =
      IntStream.range(0, 90).mapToDouble(i -> i / 360.0).toArray();

  @Test
  void aLineIsFoundAsItIs() {
    var slope = Slope.of(HOURS, Arrays.stream(HOURS).map(hour -> 7 + 40 * hour).toArray());
    assertThat(slope.perHour()).isCloseTo(40, within(1e-9));
    assertThat(slope.high() - slope.low()).isLessThan(1e-9);
    assertThat(slope.holdsZero()).isFalse();
  }

  @Test
  void aLeakShowsThroughNoise() {
    var random = new Random(3);
    var values = Arrays.stream(HOURS).map(hour -> 40 * hour + random.nextGaussian()).toArray();
    var slope = Slope.of(HOURS, values);
    assertThat(slope.low()).isPositive();
    assertThat(slope.perHour()).isCloseTo(40, within(5.0));
  }

  /// In 95 of 100 cases of noise around a constant; 20 may be missed of 200 by chance.
  @Test
  void noiseIsNoLeak() {
    var random = new Random(4);
    long held =
        IntStream.range(0, 200)
            .filter(
                _ ->
                    Slope.of(HOURS, Arrays.stream(HOURS).map(_ -> random.nextGaussian()).toArray())
                        .holdsZero())
            .count();
    assertThat(held).isBetween(180L, 199L);
  }

  /// A walk that goes nowhere looks like a trend to whoever takes its steps for independent.
  @Test
  void aSlowWanderingIsNoLeak() {
    var random = new Random(5);
    long held =
        IntStream.range(0, 200)
            .filter(
                _ -> {
                  double at = 0;
                  var values = new double[HOURS.length];
                  for (int i = 0; i < values.length; i++) {
                    at = 0.8 * at + random.nextGaussian();
                    values[i] = at;
                  }
                  return Slope.of(HOURS, values).holdsZero();
                })
            .count();
    assertThat(held).isGreaterThan(150L);
  }
}
