package dev.athanor.learning.layer;

import dev.athanor.learning.safetensors.Tensor;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// An image in double with the layers as plain loops: the oracle of [ForwardTest].
final class NaiveImage {

  private final double[][][] values; // (C, H, W)

  private NaiveImage(double[][][] values) {
    this.values = values;
  }

  static NaiveImage of(float[] pixels, int channels, int height, int width) {
    var image = new NaiveImage(new double[channels][height][width]);
    for (var i = 0; i < pixels.length; i++) {
      image.values[i / (height * width)][i / width % height][i % width] = pixels[i];
    }
    return image;
  }

  NaiveImage convolve(Tensor weight, int kernel, int stride) {
    var w = weight.floats();
    var in = values.length;
    var result = new double[w.length / (in * kernel * kernel)][size(stride)][size(stride)];
    for (var o = 0; o < result.length; o++) {
      for (var y = 0; y < result[o].length; y++) {
        for (var x = 0; x < result[o][y].length; x++) {
          for (var i = 0; i < in * kernel * kernel; i++) {
            var c = i / (kernel * kernel);
            var value =
                at(
                    c,
                    y * stride + i / kernel % kernel - kernel / 2,
                    x * stride + i % kernel - kernel / 2,
                    0);
            result[o][y][x] += w[o * in * kernel * kernel + i] * value;
          }
        }
      }
    }
    return new NaiveImage(result);
  }

  NaiveImage maxPool(int kernel, int stride) {
    var result = new double[values.length][size(stride)][size(stride)];
    for (var c = 0; c < result.length; c++) {
      for (var y = 0; y < result[c].length; y++) {
        for (var x = 0; x < result[c][y].length; x++) {
          var best = Double.NEGATIVE_INFINITY;
          for (var i = 0; i < kernel * kernel; i++) {
            best =
                Math.max(
                    best,
                    at(
                        c,
                        y * stride + i / kernel - kernel / 2,
                        x * stride + i % kernel - kernel / 2,
                        best));
          }
          result[c][y][x] = best;
        }
      }
    }
    return new NaiveImage(result);
  }

  NaiveImage normalise(Tensor mean, Tensor variance, Tensor scale, Tensor shift) {
    var result = new double[values.length][][];
    for (var c = 0; c < values.length; c++) {
      var m = mean.floats()[c];
      var factor = scale.floats()[c] / Math.sqrt(variance.floats()[c] + 1e-5);
      var add = shift.floats()[c];
      result[c] = map(values[c], v -> (v - m) * factor + add);
    }
    return new NaiveImage(result);
  }

  NaiveImage relu() {
    var result = new double[values.length][][];
    for (var c = 0; c < values.length; c++) {
      result[c] = map(values[c], v -> Math.max(0, v));
    }
    return new NaiveImage(result);
  }

  NaiveImage plus(NaiveImage other) {
    var result = new double[values.length][values[0].length][values[0][0].length];
    for (var c = 0; c < result.length; c++) {
      for (var y = 0; y < result[c].length; y++) {
        for (var x = 0; x < result[c][y].length; x++) {
          result[c][y][x] = values[c][y][x] + other.values[c][y][x];
        }
      }
    }
    return new NaiveImage(result);
  }

  double[] averageAndMap(Tensor weight, Tensor bias) {
    var result = new double[bias.elements()];
    for (var o = 0; o < result.length; o++) {
      result[o] = bias.floats()[o];
      for (var c = 0; c < values.length; c++) {
        var sum = 0.0;
        for (var row : values[c]) {
          for (var value : row) {
            sum += value;
          }
        }
        var mean = sum / values[c].length / values[c][0].length;
        result[o] += weight.floats()[o * values.length + c] * mean;
      }
    }
    return result;
  }

  /// Height and width, which are equal here, after a padded window of this stride.
  private int size(int stride) {
    return (values[0].length + stride - 1) / stride;
  }

  private double at(int c, int y, int x, double outside) {
    var inside = y >= 0 && x >= 0 && y < values[c].length && x < values[c][y].length;
    return inside ? values[c][y][x] : outside;
  }

  private static double[][] map(double[][] rows, DoubleUnaryOperator change) {
    var result = new double[rows.length][];
    for (var y = 0; y < rows.length; y++) {
      result[y] = Arrays.stream(rows[y]).map(change).toArray();
    }
    return result;
  }
}
