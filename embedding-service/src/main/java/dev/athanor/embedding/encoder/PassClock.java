package dev.athanor.embedding.encoder;

import java.lang.management.ManagementFactory;

/// What forward passes take by themselves: where one thread runs a pass, what it has of its
/// processor; on a GPU, or of several threads, the time that passes.
@FunctionalInterface
public interface PassClock {
  /// Nanoseconds since some moment, to be held against others of the same thread.
  long nanos();

  static PassClock of(EncoderProperties properties) {
    return properties.device().equals("cpu") && properties.threads() == 1
        ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime
        : System::nanoTime;
  }
}
