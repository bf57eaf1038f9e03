package dev.athanor.embedding.batching;

import dev.athanor.embedding.encoder.Encoder;

/// Inputs that may share a forward pass: those of one encoder in memory.
///
/// @param model `name@version`
/// @param bytes of one prepared input, at most
public record Lane(String model, Encoder encoder, BatchLimits limits, int bytes) {

  /// How long an input waits for company.
  long delayNanos() {
    return limits.maxDelay().toNanos();
  }
}
