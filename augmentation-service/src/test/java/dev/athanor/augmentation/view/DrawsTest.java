package dev.athanor.augmentation.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class DrawsTest {

  /// The known answers that the authors of Philox publish with their code, philox4x32 of 10 rounds.
  @Test
  void isPhilox() {
    var zeros = new Draws(0, 0, 0, 0);
    assertThat(zeros.bits(0)).isEqualTo(0xe169c58d_6627e8d5L);
    assertThat(zeros.bits(1)).isEqualTo(0x9b00dbd8_bc57ac4cL);

    var digitsOfPi =
        new Draws(0x299f31d0_a4093822L, 0x03707344L, 0x85a308L << 32 | 0x13198a2eL, 0xd3);
    int draw = 0x243f6a88 << 1;
    assertThat(digitsOfPi.bits(draw)).isEqualTo(0x94fdcceb_d16cfe09L);
    assertThat(digitsOfPi.bits(draw + 1)).isEqualTo(0x24126ea1_5001e420L);
  }

  @Test
  void everyPartOfTheKeyMatters() {
    var seen = new HashSet<Long>();
    for (long seed : new long[] {0, 1, 1L << 32, -1}) {
      for (long epoch : new long[] {0, 1, (1L << 32) - 1}) {
        for (long sample : new long[] {0, 1, 1L << 32, (1L << 56) - 1}) {
          for (int view : new int[] {0, 1, 255}) {
            var draws = new Draws(seed, epoch, sample, view);
            for (int draw = 0; draw < 8; draw++) {
              assertThat(seen.add(draws.bits(draw))).isTrue();
              assertThat(draws.bits(draw)).isEqualTo(draws.bits(draw));
            }
          }
        }
      }
    }
    assertThat(seen).hasSize(4 * 3 * 4 * 3 * 8);
  }

  @Test
  void neighboursAreIndependent() {
    int n = 20_000;
    double[] between = new double[4];
    for (int i = 0; i < n; i++) {
      double here = new Draws(5, 3, i, 0).unit(7) - 0.5;
      between[0] += here * (new Draws(6, 3, i, 0).unit(7) - 0.5);
      between[1] += here * (new Draws(5, 4, i, 0).unit(7) - 0.5);
      between[2] += here * (new Draws(5, 3, i + 1, 0).unit(7) - 0.5);
      between[3] += here * (new Draws(5, 3, i, 1).unit(7) - 0.5);
    }
    for (double sum : between) {
      assertThat(sum / n * 12).isCloseTo(0, offset(4 / Math.sqrt(n)));
    }
  }

  @Test
  void unitsAreUniform() {
    var counts = new int[20];
    int n = 40_000;
    for (int i = 0; i < n; i++) {
      double unit = new Draws(1, 0, i, 0).unit(i % 80);
      assertThat(unit).isBetween(0.0, Math.nextDown(1.0));
      counts[(int) (unit * counts.length)]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      double expected = (double) n / counts.length;
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    assertThat(chiSquare).isBetween(5.0, 45.0);
  }

  @Test
  void rangesKeepTheirBounds() {
    var draws = new Draws(9, 9, 9, 1);
    for (int i = 0; i < 1000; i++) {
      assertThat(draws.between(-0.2, 0.3, i)).isBetween(-0.2, 0.3);
      assertThat(draws.below(3, i)).isBetween(0, 2);
      assertThat(draws.below(1, i)).isZero();
      assertThat(draws.happens(0, i)).isFalse();
      assertThat(draws.happens(1, i)).isTrue();
    }
  }

  @Test
  void keysBeyondTheCounterAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Draws(0, 1L << 32, 0, 0))
        .withMessage("epoch: 4294967296 (expected: 0 to 4294967295)");
    assertThatIllegalArgumentException().isThrownBy(() -> new Draws(0, 0, -1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Draws(0, 0, 0, 256));
  }
}
