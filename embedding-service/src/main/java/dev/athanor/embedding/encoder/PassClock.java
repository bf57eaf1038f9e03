package dev.athanor.embedding.encoder;

import java.lang.management.ManagementFactory;

/// What forward passes take by themselves: on a processor what the thread that runs one has of it,
/// on a GPU the time that passes.
@FunctionalInterface
public interface PassClock {
  /// Nanoseconds since some moment, to be held against others of the same thread.
  long nanos();

  static PassClock of(EncoderProperties properties) {
    return properties.device().equals("cpu")
        ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime
        : System::nanoTime;
  }
}
