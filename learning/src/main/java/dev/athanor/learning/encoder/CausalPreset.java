package dev.athanor.learning.encoder;

/// Causal transformers by size; a name's number is about its parameters with a vocabulary of bytes.
public enum CausalPreset {
  HALF_MILLION("clm-0.5m", 5, 96, 4, 256, 256),
  ONE_MILLION("clm-1m", 5, 128, 4, 344, 256),
  THREE_MILLION("clm-3m", 7, 192, 6, 512, 256),
  TEN_MILLION("clm-10m", 8, 320, 5, 864, 512),
  THIRTY_MILLION("clm-30m", 10, 512, 8, 1376, 512),
  HUNDRED_MILLION("clm-100m", 14, 768, 12, 2048, 1024);

  private static final double ROTARY_BASE = 10_000;
  private static final double EPSILON = 1e-5;

  private final String title;
  private final int layers;
  private final int width;
  private final int heads;
  private final int feedForward;
  private final int context;

  CausalPreset(String title, int layers, int width, int heads, int feedForward, int context) {
    this.title = title;
    this.layers = layers;
    this.width = width;
    this.heads = heads;
    this.feedForward = feedForward;
    this.context = context;
  }

  /// As callers write it.
  public String title() {
    return title;
  }

  /// With tied embeddings, as small models have them: the table is a good part of their parameters.
  public CausalTransformer transformer(int vocabulary) {
    return new CausalTransformer(
        layers, width, heads, heads, feedForward, vocabulary, context, ROTARY_BASE, EPSILON, true);
  }
}
