package dev.athanor.trainer.sizing;

import java.util.Comparator;
import java.util.stream.Stream;

/// Bytes that the fullest device holds while it trains. What an allocator loses, communication
/// buffers and the runtime itself come on top.
///
/// Replicas hold everything; tensor parallelism splits every matrix (Shoeybi et al. 2019), pipeline
/// parallelism the layers. Of activations, a layer keeps what its backward pass reads, Korthikanti
/// et al. 2022, https://arxiv.org/abs/2205.05198, section 4, without dropout's masks: with
/// tensor-parallel degree t, in elements a token, for every norm its input and its output, each d;
/// queries, keys, values and what leaves attention; the T attention weights of every head; the
/// feed-forward's inner values (two, four where they are gated). All but the first are divided by
/// t. Full recomputation keeps a layer's input, d, and one layer's activations while they are made
/// again.
///
/// @param stage the pipeline stage meant: `only`, `first` or `last`
record DeviceMemory(
    String stage,
    double weights,
    double gradients,
    double optimiser,
    double activations,
    double total) {

  private static final int LOGIT = 4; // the loss is taken in 32 bits whatever the precision

  static DeviceMemory of(Layout layout, Training training) {
    if (layout.heads() % training.tensor() != 0) {
      throw new IllegalArgumentException(
          "tensor: %d (expected: a divisor of heads, which are %d)"
              .formatted(training.tensor(), layout.heads()));
    }
    if (training.pipeline() > layout.layers()) {
      throw new IllegalArgumentException(
          "pipeline: %d (expected: <= layers, which are %d)"
              .formatted(training.pipeline(), layout.layers()));
    }
    var stages =
        training.pipeline() == 1
            ? Stream.of(stage("only", layout, training, true, true))
            : Stream.of(
                stage("first", layout, training, true, false),
                stage("last", layout, training, false, true));
    return stages.max(Comparator.comparingDouble(DeviceMemory::total)).orElseThrow();
  }

  private static DeviceMemory stage(
      String name, Layout layout, Training training, boolean first, boolean last) {
    var layers = Math.ceilDiv(layout.layers(), training.pipeline());
    var parameters = parameters(layout, training, layers, first, last);
    var precision = training.precision();
    // One-forward-one-backward: the first stage has sent as many micro-batches ahead as there are
    // stages, the last waits for none (Narayanan et al. 2021, section 2.2).
    var ahead = first ? Math.min(training.pipeline(), training.microBatches()) : 1;
    var sequences = (double) training.microBatch();
    var kept =
        sequences * ahead * layers * keptPerLayer(layout, training)
            + (training.recompute() == Compute.Recompute.FULL
                ? sequences * everythingPerLayer(layout, training)
                : 0);
    var logits =
        last ? sequences * layout.context() * layout.vocabulary() / training.tensor() * LOGIT : 0;
    var weights = parameters * precision.weight;
    var gradients = parameters * precision.gradient;
    var optimiser = parameters * precision.optimiser;
    var activations = kept * precision.activation + logits;
    return new DeviceMemory(
        name,
        weights,
        gradients,
        optimiser,
        activations,
        weights + gradients + optimiser + activations);
  }

  private static double parameters(
      Layout layout, Training training, int layers, boolean first, boolean last) {
    var all = Parameters.of(layout);
    var split = (double) training.tensor();
    var queries = 2.0 * layout.width() * layout.queryWidth() / split;
    // A key head that is shared by all devices lies on each of them.
    var keyHeads = Math.ceilDiv(layout.keyValueHeads(), training.tensor());
    var keys = 2.0 * layout.width() * keyHeads * layout.headSize();
    var inner = Parameters.feedForwardWeights(layout) / split;
    var relative =
        layout.positions() == Layout.Positions.RELATIVE
            ? (double) layout.width() * layout.queryWidth() / split
            : 0;
    // A row-parallel map adds its summand once, after the devices' shares are added up.
    var biases =
        layout.biases()
            ? layout.queryWidth() / split
                + 2.0 * keyHeads * layout.headSize()
                + (layout.activation().matrices() - 1) * layout.feedForward() / split
                + 2.0 * layout.width()
            : 0;
    var table = all.embedding() / split;
    var ends =
        (first ? table + (layout.positions() == Layout.Positions.LEARNED ? all.positions() : 0) : 0)
            // A tied table is needed at both ends; on one stage it is there once.
            + (last && !(first && layout.tied()) ? table : 0);
    var norms = (double) all.norms() * layers / layout.layers();
    return layers * (queries + keys + inner + relative + biases) + norms + ends;
  }

  /// Elements a sequence.
  private static double keptPerLayer(Layout layout, Training training) {
    return training.recompute() == Compute.Recompute.FULL
        ? (double) layout.context() * layout.width()
        : everythingPerLayer(layout, training);
  }

  private static double everythingPerLayer(Layout layout, Training training) {
    var whole = 2.0 * layout.normsPerLayer() * layout.width();
    var attention = 2.0 * layout.queryWidth() + 2.0 * layout.keyValueWidth();
    var weights = (double) layout.heads() * layout.context();
    var inner =
        (layout.activation() == Layout.Activation.SWIGLU ? 4.0 : 2.0) * layout.feedForward();
    return layout.context() * (whole + (attention + weights + inner) / training.tensor());
  }
}
