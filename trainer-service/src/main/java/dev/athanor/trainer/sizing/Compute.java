package dev.athanor.trainer.sizing;

/// Floating-point operations of training, counted as follows.
///
/// - A multiply and an add are two operations. Only matrix products count: norms, activations,
///   softmax, embedding look-ups and the optimiser are left out, less than one in a hundred at any
///   size that needs a plan.
/// - The backward pass costs twice the forward pass, so every weight of a matrix costs 6 operations
///   a token: the 6·N·D of Kaplan et al. 2020, section 2.1, with N the weights of all matrices, the
///   output map (tied or not) among them.
/// - Attention adds the products of queries with keys and of weights with values, over the whole T
///   × T square, also where a causal mask throws half of it away: 12·L·n·h·T a token (Chowdhery et
///   al. 2022, appendix B). Relative positions add half of that for the queries' products with the
///   distances; the map that makes the distances' keys runs once a step and not once a token, so it
///   costs nothing here.
/// - `model` is what the model needs; `hardware` adds the second forward pass through all layers
///   where activations are recomputed instead of kept. How well a device is used is no part of
///   either.
///
/// @param matricesPerToken forward and backward
/// @param attentionPerToken forward and backward
/// @param model of the whole training
/// @param hardware of the whole training, recomputation included
record Compute(double matricesPerToken, double attentionPerToken, double model, double hardware) {

  static final String CONVENTION =
      "6 per weight of a matrix and token, plus 12·L·n·h·T per token for attention over the full"
          + " square (18 with relative positions); hardware adds a second forward pass through the"
          + " layers where they are recomputed; utilisation is not included";

  static Compute of(Layout layout, double tokens, Recompute recompute) {
    var weights =
        layout.layers()
            * (double)
                (Parameters.attentionWeights(layout) + Parameters.feedForwardWeights(layout));
    var output = (double) layout.vocabulary() * layout.width();
    var products = layout.positions() == Layout.Positions.RELATIVE ? 3 : 2;
    var square = (double) layout.layers() * layout.queryWidth() * layout.context();
    var layersForward = 2 * weights + 2 * products * square;
    var matrices = 6 * (weights + output);
    var attention = 6 * products * square;
    var model = (matrices + attention) * tokens;
    var again = recompute == Recompute.FULL ? layersForward * tokens : 0;
    return new Compute(matrices, attention, model, model + again);
  }

  /// What of a layer's activations is computed a second time in the backward pass.
  enum Recompute {
    NONE,
    /// Everything but each layer's input.
    FULL
  }
}
