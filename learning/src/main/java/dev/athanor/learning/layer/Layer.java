package dev.athanor.learning.layer;

import java.util.List;

/// One operation of a [Network] and the values it reads. Value 0 is the network's input, and layer
/// `i` makes value `i + 1`.
///
/// Layers with parameters have a name; a parameter is called `<layer name>.<parameter>`.
public sealed interface Layer {

  /// The values that this layer reads, in order.
  List<Integer> inputs();

  /// A square convolution on `(N, in, H, W)`, the same padding on every side. Parameters `weight`
  /// (out, in, kernel, kernel) and, where it has one, `bias` (out).
  record Convolution(
      String name, int input, int in, int out, int kernel, int stride, int padding, boolean bias)
      implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// Batch normalisation over the channel axis of `(N, C, H, W)` or `(N, C)`. Parameters `weight`,
  /// `bias`, `running_mean`, `running_var`, each (channels).
  record BatchNorm(String name, int input, int channels) implements Layer {
    /// Added to the variance before the root is taken.
    public static final double EPSILON = 1e-5;

    /// How much of the running statistics one training step replaces.
    public static final double MOMENTUM = 0.1;

    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// max(0, x).
  record Relu(int input) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// left + right, of one shape: where a residual branch meets its shortcut.
  record Add(int left, int right) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(left, right);
    }
  }

  /// The maximum of each square window; padding counts as minus infinity.
  record MaxPool(int input, int kernel, int stride, int padding) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// The mean of each channel: `(N, C, H, W)` becomes `(N, C)`.
  record GlobalAveragePool(int input) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// Every pixel becomes a square of `factor` by `factor` like it: `(N, C, H, W)` becomes `(N, C,
  /// factor × H, factor × W)`.
  record Upsample(int input, int factor) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// `(N, C, H, W)` becomes `(N, C × H × W)`.
  record Flatten(int input) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// `(N, channels × size × size)` becomes `(N, channels, size, size)`.
  record Unflatten(int input, int channels, int size) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// An affine map of `(N, in)`. Parameters `weight` (out, in) and, where it has one, `bias` (out).
  record Linear(String name, int input, int in, int out, boolean bias) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }
}
