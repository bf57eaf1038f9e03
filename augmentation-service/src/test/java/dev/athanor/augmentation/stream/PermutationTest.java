package dev.athanor.augmentation.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class PermutationTest {
  @Test
  void isABijectionForEverySmallSize() {
    for (int size = 1; size <= 600; size++) {
      assertBijection(size, 7L * size);
    }
  }

  @Test
  void isABijectionAroundPowersOfTwoAndAtRealSizes() {
    for (int size : new int[] {1023, 1024, 1025, 4095, 4096, 4097, 50_000, 60_000, 65_537}) {
      assertBijection(size, 3);
    }
  }

  @Test
  void computesOneIndexOfAVastOrderWithoutHoldingIt() {
    var vast = new Permutation(1L << 50, 1);

    assertThat(vast.at(0)).isBetween(0L, (1L << 50) - 1).isNotEqualTo(vast.at(1));
  }

  @Test
  void anotherKeyIsAnotherOrder() {
    int same = 0;
    for (int i = 0; i < 10_000; i++) {
      if (new Permutation(10_000, 1).at(i) == new Permutation(10_000, 2).at(i)) {
        same++;
      }
    }

    // Two random orders agree in one place on average.
    assertThat(same).isLessThan(12);
  }

  @Test
  void sendsEveryPositionAnywhereAlike() {
    int size = 10;
    int keys = 20_000;
    var counts = new int[size][size];
    for (int key = 0; key < keys; key++) {
      for (int i = 0; i < size; i++) {
        counts[i][(int) new Permutation(size, key).at(i)]++;
      }
    }

    // 2000 expected in each cell, standard deviation 42.
    for (var row : counts) {
      for (int count : row) {
        assertThat(count).isBetween(1750, 2250);
      }
    }
  }

  @Test
  void refusesWhatLiesOutside() {
    assertThatThrownBy(() -> new Permutation(0, 1)).hasMessage("size: 0 (expected: 1..2^60)");
    assertThatThrownBy(() -> new Permutation(5, 1).at(5))
        .hasMessage("position: 5 (expected: 0..4)");
  }

  private static void assertBijection(int size, long key) {
    var permutation = new Permutation(size, key);
    var seen = new BitSet(size);
    for (int i = 0; i < size; i++) {
      long image = permutation.at(i);
      assertThat(image).isBetween(0L, size - 1L);
      seen.set((int) image);
    }
    assertThat(seen.cardinality()).as("distinct images of %d", size).isEqualTo(size);
  }
}
