package dev.athanor.learning.layer;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.engine.Kernels;
import dev.athanor.learning.engine.SequenceKernels;
import dev.athanor.learning.layer.Layer.Add;
import dev.athanor.learning.layer.Layer.Attention;
import dev.athanor.learning.layer.Layer.AttentionMask;
import dev.athanor.learning.layer.Layer.BatchNorm;
import dev.athanor.learning.layer.Layer.Convolution;
import dev.athanor.learning.layer.Layer.Embedding;
import dev.athanor.learning.layer.Layer.Flatten;
import dev.athanor.learning.layer.Layer.Gelu;
import dev.athanor.learning.layer.Layer.GlobalAveragePool;
import dev.athanor.learning.layer.Layer.LayerNorm;
import dev.athanor.learning.layer.Layer.Linear;
import dev.athanor.learning.layer.Layer.MaxPool;
import dev.athanor.learning.layer.Layer.MeanPool;
import dev.athanor.learning.layer.Layer.PositionEmbedding;
import dev.athanor.learning.layer.Layer.Relu;
import dev.athanor.learning.layer.Layer.RmsNorm;
import dev.athanor.learning.layer.Layer.Rotary;
import dev.athanor.learning.layer.Layer.RotaryTable;
import dev.athanor.learning.layer.Layer.SwiGlu;
import dev.athanor.learning.layer.Layer.Unembedding;
import dev.athanor.learning.layer.Layer.Unflatten;
import dev.athanor.learning.layer.Layer.Upsample;

/// Runs a network.
public final class Forward {

  private final Network network;
  private final Weights weights;
  private final int[] lastReader;

  public Forward(Network network, Weights weights) {
    this.network = network;
    this.weights = weights;
    this.lastReader = lastReaders(network);
  }

  /// The network's output, (N, dimensions) or (N, T, dimensions), for `input`, which stays the
  /// caller's.
  ///
  /// Values in between are let go as soon as the last layer that reads them has run: what
  /// differentiation still needs of them it holds itself.
  ///
  /// @param training whether batch normalisation uses, and remembers, the batch's own statistics
  public NDArray run(NDArray input, boolean training) {
    var values = new NDArray[network.layers().size() + 1];
    values[0] = input;
    for (var i = 0; i < network.layers().size(); i++) {
      var layer = network.layers().get(i);
      // Attention knows what a causal mask leaves out, without the mask itself.
      if (!(layer instanceof AttentionMask(_, var causal) && causal)) {
        values[i + 1] = apply(layer, values, training);
      }
      for (var read : layer.inputs()) {
        if (lastReader[read] == i && read != 0 && values[read] != null) {
          values[read].close();
        }
      }
    }
    return values[network.layers().size()];
  }

  private NDArray apply(Layer layer, NDArray[] values, boolean training) {
    return switch (layer) {
      case Convolution(var name, var x, _, _, _, var stride, var padding, var bias) ->
          Kernels.convolution(
              values[x],
              weights.get(name + ".weight"),
              bias ? weights.get(name + ".bias") : null,
              stride,
              padding);
      case BatchNorm(var name, var x, _) ->
          Kernels.batchNorm(
              values[x],
              weights.get(name + ".running_mean"),
              weights.get(name + ".running_var"),
              weights.get(name + ".weight"),
              weights.get(name + ".bias"),
              training,
              BatchNorm.MOMENTUM,
              BatchNorm.EPSILON);
      case Relu(var x) -> Kernels.relu(values[x]);
      case Add(var left, var right) -> values[left].add(values[right]);
      case MaxPool(var x, var kernel, var stride, var padding) ->
          Kernels.maxPool(values[x], kernel, stride, padding);
      case GlobalAveragePool(var x) -> Kernels.globalAveragePool(values[x]);
      case Upsample(var x, var factor) -> Kernels.upsample(values[x], factor);
      case Flatten(var x) -> values[x].reshape(values[x].getShape().get(0), -1);
      case Unflatten(var x, var channels, var size) -> Kernels.unflatten(values[x], channels, size);
      case Linear(var name, var x, _, _, var bias) ->
          Kernels.linear(
              values[x], weights.get(name + ".weight"), bias ? weights.get(name + ".bias") : null);
      case Embedding(var name, var tokens, _, _) ->
          SequenceKernels.rows(values[tokens], weights.get(name + ".weight"));
      case PositionEmbedding(var name, var x, _, _) ->
          SequenceKernels.addPositions(values[x], weights.get(name + ".weight"));
      case LayerNorm(var name, var x, _) ->
          SequenceKernels.layerNorm(
              values[x],
              weights.get(name + ".weight"),
              weights.get(name + ".bias"),
              LayerNorm.EPSILON);
      case RmsNorm(var name, var x, _, var epsilon) ->
          SequenceKernels.rmsNorm(values[x], weights.get(name + ".weight"), epsilon);
      case RotaryTable table ->
          SequenceKernels.rotaryTable(values[table.tokens()], table.frequencies());
      case Rotary(var x, var table, var heads) ->
          SequenceKernels.rotate(values[x], values[table], heads);
      case AttentionMask(var tokens, _) ->
          SequenceKernels.paddingMask(values[tokens], Layer.PADDING, AttentionMask.NEVER);
      case Attention(var q, var k, var v, var mask, var heads, var keyValueHeads) ->
          values[mask] == null
              ? SequenceKernels.causalAttention(
                  values[q], values[k], values[v], heads, keyValueHeads)
              : SequenceKernels.attention(
                  values[q], values[k], values[v], values[mask], heads, keyValueHeads);
      case Gelu(var x) -> SequenceKernels.gelu(values[x]);
      case SwiGlu(var gate, var up) -> SequenceKernels.swiGlu(values[gate], values[up]);
      case Unembedding(var embedding, var x, _) ->
          Kernels.linear(values[x], weights.get(embedding + ".weight"), null);
      case MeanPool(var x, var tokens) ->
          SequenceKernels.meanOfTokens(values[x], values[tokens], Layer.PADDING);
    };
  }

  private static int[] lastReaders(Network network) {
    var last = new int[network.layers().size() + 1];
    for (var i = 0; i < network.layers().size(); i++) {
      for (var read : network.layers().get(i).inputs()) {
        last[read] = i;
      }
    }
    return last;
  }
}
