package dev.athanor.augmentation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {
  @Test
  void visitsEverySampleOnceWhateverTheSizes() {
    for (int samples = 1; samples <= 300; samples++) {
      for (int chunk : new int[] {1, 4, 7}) {
        for (int window : new int[] {1, 3, 16}) {
          assertBijection(new EpochOrder(samples, chunk, window, samples), 0);
        }
      }
    }
  }

  @Test
  void visitsEverySampleOnceAtRealSizes() {
    assertBijection(new EpochOrder(60_000, 64, 100, 42), 3);
    assertBijection(new EpochOrder(50_000, 64, 1024, 42), 0);
  }

  @Test
  void readsOnlyTheChunksOfItsWindow() {
    var order = new EpochOrder(5_003, 64, 10, 9);
    for (long window = 0; window < order.windows(); window++) {
      var chunks = new HashSet<>(Arrays.stream(order.chunks(1, window)).boxed().toList());
      // The last window takes the partial chunk as well.
      assertThat(chunks).hasSizeLessThanOrEqualTo(11);
      for (long position = 0; position < 5_003; position++) {
        if (order.window(position) == window) {
          assertThat(chunks).contains(order.sample(1, position) / 64);
        }
      }
    }
  }

  @Test
  void windowsShareTheChunksEvenly() {
    var order = new EpochOrder(64 * 101, 64, 100, 1);

    assertThat(order.windows()).isEqualTo(2);
    assertThat(order.chunks(0, 0)).hasSize(50);
    assertThat(order.chunks(0, 1)).hasSize(51);
  }

  @Test
  void mixesASortedSplitWell() {
    // Ten classes of 5000 in a row, as CIFAR-10 in class folders: each batch should see them all.
    var order = new EpochOrder(50_000, 64, 400, 7);
    for (int batch = 0; batch < 195; batch++) {
      int from = batch * 256;
      var classes =
          LongStream.range(from, from + 256).map(p -> order.sample(0, p) / 5000).distinct();
      assertThat(classes.count()).as("classes in batch %d", batch).isEqualTo(10);
    }
  }

  @Test
  void epochsAndSeedsDiffer() {
    var order = new EpochOrder(10_000, 64, 16, 1);
    var other = new EpochOrder(10_000, 64, 16, 2);
    int sameEpoch = 0;
    int sameSeed = 0;
    for (int i = 0; i < 10_000; i++) {
      sameEpoch += order.sample(0, i) == order.sample(1, i) ? 1 : 0;
      sameSeed += order.sample(0, i) == other.sample(0, i) ? 1 : 0;
    }

    assertThat(sameEpoch).isLessThan(60);
    assertThat(sameSeed).isLessThan(60);
  }

  @Test
  void isFrozen() {
    var order = new EpochOrder(1_000, 64, 4, 42);

    // A change here changes every run: nobody's training could be repeated or resumed.
    assertThat(LongStream.range(0, 8).map(i -> order.sample(0, i)).toArray())
        .containsExactly(183, 740, 191, 705, 152, 730, 724, 733);
  }

  private static void assertBijection(EpochOrder order, long epoch) {
    var seen = new BitSet();
    for (long position = 0; position < order.samples(); position++) {
      seen.set(Math.toIntExact(order.sample(epoch, position)));
    }
    assertThat(seen.cardinality()).as("%s", order).isEqualTo((int) order.samples());
    assertThat(seen.length()).as("%s", order).isEqualTo((int) order.samples());
  }
}
