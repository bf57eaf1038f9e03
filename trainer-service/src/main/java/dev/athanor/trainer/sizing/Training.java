package dev.athanor.trainer.sizing;

/// How a model would be trained, and on what.
///
/// @param tokens seen in the whole training, repetitions included
/// @param batch sequences a step, over all devices
/// @param microBatch sequences that go through a replica at once
/// @param data replicas
/// @param tensor devices that share every layer
/// @param pipeline stages that share the layers among them
/// @param peak operations a second that one device can do at best
/// @param utilisation the share of `peak` that goes into the model's own operations: MFU, Chowdhery
///   et al. 2022, section 4.1
record Training(
    double tokens,
    int batch,
    int microBatch,
    Precision precision,
    Compute.Recompute recompute,
    int data,
    int tensor,
    int pipeline,
    double peak,
    double utilisation) {

  private static final int MOST = 1_000_000;

  /// Bytes a parameter and bytes an activation.
  enum Precision {
    /// Everything in 32 bits.
    FLOAT32(4, 4, 8, 4),
    /// Weights, gradients and activations in 16 bits, with a 32-bit copy of the weights and 32-bit
    /// moments beside them: 16 bytes a parameter, Rajbhandari et al. 2020, section 3.1.
    MIXED(2, 2, 12, 2);

    final int weight;
    final int gradient;
    final int optimiser;
    final int activation;

    Precision(int weight, int gradient, int optimiser, int activation) {
      this.weight = weight;
      this.gradient = gradient;
      this.optimiser = optimiser;
      this.activation = activation;
    }
  }

  Training {
    if (!(tokens >= 1 && tokens <= 1e18)) {
      throw new IllegalArgumentException("tokens: %s (expected: from 1 to 1e18)".formatted(tokens));
    }
    Layout.within("batch", batch, MOST);
    Layout.within("microBatch", microBatch, MOST);
    Layout.within("data", data, MOST);
    Layout.within("tensor", tensor, MOST);
    Layout.within("pipeline", pipeline, MOST);
    if (!(peak >= 1 && peak <= 1e21)) {
      throw new IllegalArgumentException("peak: %s (expected: from 1 to 1e21)".formatted(peak));
    }
    if (!(utilisation > 0 && utilisation <= 1)) {
      throw new IllegalArgumentException(
          "utilisation: %s (expected: > 0 and <= 1)".formatted(utilisation));
    }
    if (batch % ((long) data * microBatch) != 0) {
      throw new IllegalArgumentException(
          "batch: %d (expected: a multiple of data × microBatch, which is %d)"
              .formatted(batch, (long) data * microBatch));
    }
  }

  long devices() {
    return (long) data * tensor * pipeline;
  }

  /// How often a replica goes through the network before the weights move.
  int microBatches() {
    return batch / data / microBatch;
  }
}
