package dev.athanor.learning.encoder;

import dev.athanor.learning.safetensors.Tensor;
import java.util.Map;
import java.util.TreeMap;

/// Both transformers as loops in double over one sequence, written from the papers' equations.
public final class NaiveTransformer {

  private final Map<String, double[]> weights = new TreeMap<>();

  public NaiveTransformer(Map<String, Tensor> tensors) {
    tensors.forEach(
        (name, tensor) -> {
          var floats = tensor.floats();
          var values = new double[floats.length];
          for (var i = 0; i < floats.length; i++) {
            values[i] = floats[i];
          }
          weights.put(name, values);
        });
  }

  /// The numbers themselves, to be changed for finite differences.
  public double[] weight(String name) {
    var weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException(name);
    }
    return weight;
  }

  /// Hidden states of LLaMA's layout, (T, width).
  public double[][] causal(CausalTransformer net, int[] ids) {
    var x = embed("model.embed_tokens", net.width(), ids);
    var keyWidth = net.keyValueHeads() * net.headSize();
    for (var layer = 0; layer < net.layers(); layer++) {
      var name = "model.layers." + layer;
      var y = rmsNorm(name + ".input_layernorm", x, net.epsilon());
      var q = rotate(linear(name + ".self_attn.q_proj", y, net.width()), net.headSize(), net);
      var k = rotate(linear(name + ".self_attn.k_proj", y, keyWidth), net.headSize(), net);
      var v = linear(name + ".self_attn.v_proj", y, keyWidth);
      var mixed = attention(q, k, v, net.heads(), net.keyValueHeads(), true);
      x = plus(x, linear(name + ".self_attn.o_proj", mixed, net.width()));
      y = rmsNorm(name + ".post_attention_layernorm", x, net.epsilon());
      var gate = linear(name + ".mlp.gate_proj", y, net.feedForward());
      var up = linear(name + ".mlp.up_proj", y, net.feedForward());
      for (var t = 0; t < up.length; t++) {
        for (var i = 0; i < up[t].length; i++) {
          up[t][i] *= gate[t][i] / (1 + Math.exp(-gate[t][i]));
        }
      }
      x = plus(x, linear(name + ".mlp.down_proj", up, net.width()));
    }
    return rmsNorm("model.norm", x, net.epsilon());
  }

  /// Scores of the next tokens, (T, vocabulary).
  public double[][] scores(CausalTransformer net, int[] ids) {
    var table = net.tied() ? "model.embed_tokens" : "lm_head";
    return linear(table, causal(net, ids), net.vocabulary());
  }

  /// The mean of -log p(next token), in nats, over several sequences without padding.
  public double causalLoss(CausalTransformer net, int[][] sequences) {
    var sum = 0.0;
    var count = 0;
    for (var ids : sequences) {
      var scores = scores(net, ids);
      for (var t = 0; t + 1 < ids.length; t++) {
        sum -= logSoftmax(scores[t], ids[t + 1]);
        count++;
      }
    }
    return sum / count;
  }

  /// Hidden states of the masked transformer, (T, width).
  public double[][] masked(MaskedTransformer net, int[] ids) {
    var x = embed("embeddings.token", net.width(), ids);
    var positions = weight("embeddings.position.weight");
    for (var t = 0; t < x.length; t++) {
      for (var i = 0; i < net.width(); i++) {
        x[t][i] += positions[t * net.width() + i];
      }
    }
    x = layerNorm("embeddings.norm", x);
    for (var layer = 0; layer < net.layers(); layer++) {
      var attention = "layers." + layer + ".attention";
      var y = layerNorm(attention + ".norm", x);
      var mixed =
          attention(
              linear(attention + ".query", y, net.width()),
              linear(attention + ".key", y, net.width()),
              linear(attention + ".value", y, net.width()),
              net.heads(),
              net.heads(),
              false);
      x = plus(x, linear(attention + ".output", mixed, net.width()));
      var mlp = "layers." + layer + ".mlp";
      y = gelu(linear(mlp + ".up", layerNorm(mlp + ".norm", x), net.feedForward()));
      x = plus(x, linear(mlp + ".down", y, net.width()));
    }
    return layerNorm("norm", x);
  }

  /// The mean of -log p(hidden token), in nats, where a target is not negative.
  public double maskedLoss(MaskedTransformer net, int[][] sequences, int[][] targets) {
    var sum = 0.0;
    var count = 0;
    for (var n = 0; n < sequences.length; n++) {
      var states = masked(net, sequences[n]);
      var y = layerNorm("head.norm", gelu(linear("head.transform", states, net.width())));
      var scores = linear("embeddings.token", y, net.vocabulary());
      for (var t = 0; t < sequences[n].length; t++) {
        if (targets[n][t] >= 0) {
          sum -= logSoftmax(scores[t], targets[n][t]);
          count++;
        }
      }
    }
    return sum / count;
  }

  public static double[] mean(double[][] x) {
    var mean = new double[x[0].length];
    for (var row : x) {
      for (var i = 0; i < mean.length; i++) {
        mean[i] += row[i] / x.length;
      }
    }
    return mean;
  }

  private double[][] embed(String name, int width, int[] ids) {
    var table = weight(name + ".weight");
    var x = new double[ids.length][width];
    for (var t = 0; t < ids.length; t++) {
      System.arraycopy(table, ids[t] * width, x[t], 0, width);
    }
    return x;
  }

  private double[][] linear(String name, double[][] x, int out) {
    var weight = weight(name + ".weight");
    var bias = weights.get(name + ".bias");
    var y = new double[x.length][out];
    for (var t = 0; t < x.length; t++) {
      for (var o = 0; o < out; o++) {
        var sum = bias == null ? 0 : bias[o];
        for (var i = 0; i < x[t].length; i++) {
          sum += weight[o * x[t].length + i] * x[t][i];
        }
        y[t][o] = sum;
      }
    }
    return y;
  }

  private double[][] rmsNorm(String name, double[][] x, double epsilon) {
    var scale = weight(name + ".weight");
    var y = new double[x.length][scale.length];
    for (var t = 0; t < x.length; t++) {
      var squares = 0.0;
      for (var value : x[t]) {
        squares += value * value;
      }
      var root = Math.sqrt(squares / scale.length + epsilon);
      for (var i = 0; i < scale.length; i++) {
        y[t][i] = x[t][i] / root * scale[i];
      }
    }
    return y;
  }

  private double[][] layerNorm(String name, double[][] x) {
    var scale = weight(name + ".weight");
    var shift = weight(name + ".bias");
    var y = new double[x.length][scale.length];
    for (var t = 0; t < x.length; t++) {
      var mean = 0.0;
      for (var value : x[t]) {
        mean += value / scale.length;
      }
      var variance = 0.0;
      for (var value : x[t]) {
        variance += (value - mean) * (value - mean) / scale.length;
      }
      for (var i = 0; i < scale.length; i++) {
        y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + 1e-5) * scale[i] + shift[i];
      }
    }
    return y;
  }

  /// As a product of complex numbers: (a + ib) × e^(i × position × frequency).
  private static double[][] rotate(double[][] x, int size, CausalTransformer net) {
    var y = new double[x.length][x[0].length];
    for (var t = 0; t < x.length; t++) {
      for (var head = 0; head < x[t].length; head += size) {
        for (var i = 0; i < size / 2; i++) {
          var angle = t * Math.pow(net.rotaryBase(), -2.0 * i / size);
          var a = x[t][head + i];
          var b = x[t][head + i + size / 2];
          y[t][head + i] = a * Math.cos(angle) - b * Math.sin(angle);
          y[t][head + i + size / 2] = a * Math.sin(angle) + b * Math.cos(angle);
        }
      }
    }
    return y;
  }

  private static double[][] attention(
      double[][] q, double[][] k, double[][] v, int heads, int keyValueHeads, boolean causal) {
    var size = q[0].length / heads;
    var y = new double[q.length][q[0].length];
    for (var head = 0; head < heads; head++) {
      var from = head * size;
      var keyFrom = head / (heads / keyValueHeads) * size;
      for (var t = 0; t < q.length; t++) {
        var seen = causal ? t + 1 : q.length;
        var scores = new double[seen];
        for (var u = 0; u < seen; u++) {
          for (var i = 0; i < size; i++) {
            scores[u] += q[t][from + i] * k[u][keyFrom + i] / Math.sqrt(size);
          }
        }
        for (var u = 0; u < seen; u++) {
          var weight = Math.exp(logSoftmax(scores, u));
          for (var i = 0; i < size; i++) {
            y[t][from + i] += weight * v[u][keyFrom + i];
          }
        }
      }
    }
    return y;
  }

  private static double[][] gelu(double[][] x) {
    for (var row : x) {
      for (var i = 0; i < row.length; i++) {
        row[i] *= (1 + erf(row[i] / Math.sqrt(2))) / 2;
      }
    }
    return x;
  }

  /// By its Taylor series, good for the small numbers of a test.
  private static double erf(double x) {
    var term = x;
    var sum = 0.0;
    for (var n = 0; n < 100; n++) {
      sum += term / (2 * n + 1);
      term *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private static double[][] plus(double[][] x, double[][] y) {
    var sum = new double[x.length][x[0].length];
    for (var t = 0; t < x.length; t++) {
      for (var i = 0; i < x[t].length; i++) {
        sum[t][i] = x[t][i] + y[t][i];
      }
    }
    return sum;
  }

  private static double logSoftmax(double[] scores, int which) {
    var max = Double.NEGATIVE_INFINITY;
    for (var score : scores) {
      max = Math.max(max, score);
    }
    var sum = 0.0;
    for (var score : scores) {
      sum += Math.exp(score - max);
    }
    return scores[which] - max - Math.log(sum);
  }
}
