package dev.athanor.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.athanor.learning.engine.Torch;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A training loop makes hardly any garbage on the heap, so nothing outside it may wait for the
/// collector.
class NativeMemoryTest {

  /// The JVM's own compilers take and give back some megabytes whenever they like, but no more with
  /// time.
  private static final long SLACK = 12 << 20;

  private final int usualThreads = Torch.threads();

  @BeforeEach
  void allocatorTells() {
    assumeTrue(NativeHeap.isKnown(), "needs glibc 2.33 or newer");
  }

  /// The tensors are too small for more.
  @BeforeEach
  void oneThread() {
    Torch.useThreads(1);
  }

  @AfterEach
  void usualThreads() {
    Torch.useThreads(usualThreads);
  }

  @Test
  void stepsAndLooksDoNotPileUpMemory() {
    try (var session = TrainingSession.create(Synthetic.simClr(500))) {
      work(session, 100);
      var direct = directBytes();
      var before = NativeHeap.bytesInUse();
      work(session, 400);
      assertThat(directBytes() - direct).isLessThan(1 << 20);
      // One leaked activation of the first stage would be 64 KiB a step, 25 MiB in all.
      assertThat(NativeHeap.bytesInUse() - before).isLessThan(SLACK);
    }
  }

  @Test
  void closedSessionsLeaveNothing() {
    open(20);
    var before = NativeHeap.bytesInUse();
    // The weights alone of such a session are 80 KiB, with their gradients and moments 320 KiB.
    open(300);
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
