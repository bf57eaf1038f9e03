package dev.athanor.preprocessing;

/// Along one axis: which source samples make up each output sample, and with what weight.
///
/// Antialiased, as Pillow's and torchvision's `antialias=True`: a filter whose support grows with
/// the factor of reduction, centred at `(i + 0.5) * length / size`, its weights summing to one.
/// Every output has the same number of taps (those beyond weigh 0), which keeps the inner loops
/// free of branches.
///
/// @param first the first source sample of each output
/// @param count taps an output
/// @param weights `(outputs, count)`
public record Taps(int[] first, int count, float[] weights) {

  /// Maps the `length` source samples from `offset` on to `size` outputs.
  public static Taps bilinear(int offset, int length, int size) {
    return bilinear(offset, length, size, 0, size);
  }

  /// The outputs `from .. from + outputs` of the `size` that the `length` source samples map to.
  public static Taps bilinear(int offset, int length, int size, int from, int outputs) {
    return of(Interpolation.BILINEAR, offset, length, size, from, outputs);
  }

  /// Likewise with another filter.
  static Taps of(Interpolation filter, int offset, int length, int size, int from, int outputs) {
    double scale = (double) length / size;
    double stretch = Math.max(1, scale);
    double support = filter.support() * stretch;
    int count = Math.min(length, (int) Math.ceil(support) * 2 + 1);
    var first = new int[outputs];
    var weights = new float[outputs * count];
    var row = new double[count];
    int most = 1;
    for (int i = 0; i < outputs; i++) {
      double centre = (from + i + 0.5) * scale;
      int start = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(length, (int) (centre + support + 0.5));
      double sum = 0;
      for (int k = 0; k < end - start; k++) {
        row[k] = filter.weight((start + k - centre + 0.5) / stretch);
        sum += row[k];
      }
      first[i] = start;
      for (int k = 0; k < end - start; k++) {
        weights[i * count + k] = (float) (row[k] / sum);
      }
      most = Math.max(most, end - start);
    }
    return trimmed(offset, length, first, count, weights, most);
  }

  public int outputs() {
    return first.length;
  }

  /// The same outputs from last to first: a flip that costs nothing.
  public Taps reversed() {
    var turned = new int[first.length];
    var turnedWeights = new float[weights.length];
    for (int i = 0; i < first.length; i++) {
      int mirror = first.length - 1 - i;
      turned[i] = first[mirror];
      System.arraycopy(weights, mirror * count, turnedWeights, i * count, count);
    }
    return new Taps(turned, count, turnedWeights);
  }

  /// Cuts the rows of weights to the most taps that any output needs, and moves the last outputs'
  /// windows so far left that all their taps, those of weight 0 too, lie within the source.
  private static Taps trimmed(
      int offset, int length, int[] first, int count, float[] weights, int most) {
    var cut = new float[first.length * most];
    for (int i = 0; i < first.length; i++) {
      int shift = Math.max(0, first[i] + most - length);
      System.arraycopy(weights, i * count, cut, i * most + shift, most - shift);
      first[i] += offset - shift;
    }
    return new Taps(first, most, cut);
  }
}
