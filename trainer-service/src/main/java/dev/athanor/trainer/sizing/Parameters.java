package dev.athanor.trainer.sizing;

/// How many numbers a [Layout] learns, by part.
///
/// @param embedding the token table, which is the output map too where they are tied
/// @param positions learnt positions, or relative attention's maps
/// @param attention queries, keys, values and the map behind them
/// @param output the output map, 0 where it is the embedding's
record Parameters(
    long embedding,
    long positions,
    long attention,
    long feedForward,
    long norms,
    long output,
    long total) {

  static Parameters of(Layout layout) {
    var embedding = (long) layout.vocabulary() * layout.width();
    var positions = positions(layout);
    var attention = layout.layers() * attentionWeights(layout) + attentionBiases(layout);
    var feedForward = layout.layers() * feedForwardWeights(layout) + feedForwardBiases(layout);
    var norms = ((long) layout.layers() * layout.normsPerLayer() + 1) * norm(layout);
    var output = layout.tied() ? 0 : embedding;
    return new Parameters(
        embedding,
        positions,
        attention,
        feedForward,
        norms,
        output,
        embedding + positions + attention + feedForward + norms + output);
  }

  /// Of one layer: (d, n·h), twice (d, m·h), (n·h, d).
  static long attentionWeights(Layout layout) {
    return 2L * layout.width() * (layout.queryWidth() + layout.keyValueWidth());
  }

  /// Of one layer: two or three maps between d and the width in between.
  static long feedForwardWeights(Layout layout) {
    return (long) layout.activation().matrices() * layout.width() * layout.feedForward();
  }

  private static long positions(Layout layout) {
    return switch (layout.positions()) {
      case LEARNED -> (long) layout.context() * layout.width();
      case ROTARY -> 0;
      case RELATIVE -> (long) layout.layers() * layout.width() * layout.queryWidth();
    };
  }

  private static long attentionBiases(Layout layout) {
    return layout.biases()
        ? (long) layout.layers()
            * (layout.queryWidth() + 2L * layout.keyValueWidth() + layout.width())
        : 0;
  }

  private static long feedForwardBiases(Layout layout) {
    return layout.biases()
        ? (long) layout.layers()
            * ((layout.activation().matrices() - 1L) * layout.feedForward() + layout.width())
        : 0;
  }

  private static long norm(Layout layout) {
    return layout.norm() == Layout.Norm.LAYERNORM && layout.biases()
        ? 2L * layout.width()
        : layout.width();
  }
}
