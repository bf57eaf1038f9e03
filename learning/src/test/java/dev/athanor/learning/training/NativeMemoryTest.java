package dev.athanor.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A training loop makes hardly any garbage on the heap, so nothing outside it may wait for the
/// collector.
class NativeMemoryTest {

  /// What the JVM itself takes meanwhile, as its compilers work.
  private static final long SLACK = 3 << 20;

  @BeforeEach
  void allocatorTells() {
    assumeTrue(NativeHeap.isKnown(), "needs glibc 2.33 or newer");
  }

  @Test
  void stepsAndLooksDoNotPileUpMemory() {
    try (var session = TrainingSession.create(Synthetic.simClr(400))) {
      work(session, 100);
      var direct = directBytes();
      var before = NativeHeap.bytesInUse();
      work(session, 300);
      assertThat(directBytes() - direct).isLessThan(1 << 20);
      // One leaked activation of the first stage would be 64 KiB a step, 19 MiB in all.
      assertThat(NativeHeap.bytesInUse() - before).isLessThan(SLACK);
    }
  }

  @Test
  void closedSessionsLeaveNothing() {
    open(20);
    var before = NativeHeap.bytesInUse();
    // The weights alone of such a session are 80 KiB, with their gradients and moments 320 KiB.
    open(60);
    assertThat(NativeHeap.bytesInUse() - before).isLessThan(SLACK);
  }

  private static void work(TrainingSession session, int steps) {
    for (var i = 0; i < steps; i++) {
      session.step(Synthetic.batch(2, 32, i));
      var _ = session.encode(Synthetic.batch(1, 32, i));
    }
  }

  private static void open(int sessions) {
    for (var i = 0; i < sessions; i++) {
      try (var session = TrainingSession.create(Synthetic.simClr(10))) {
        session.step(Synthetic.batch(2, 8, i));
      }
    }
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
