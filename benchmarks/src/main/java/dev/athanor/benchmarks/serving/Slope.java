package dev.athanor.benchmarks.serving;

/// A straight line through samples by least squares: how fast they grow, and between which bounds
/// that lies with 95 % confidence.
///
/// Samples that follow each other closely are alike, so that there are fewer independent ones than
/// it seems; the standard error is widened as if the residuals were a first-order autoregressive
/// process.
///
/// @param perHour in the samples' unit
record Slope(double perHour, double low, double high) {
  private static final int FEWEST = 8;
  private static final double STRONGEST = 0.98;

  static Slope of(double[] hours, double[] values) {
    int n = hours.length;
    if (n < FEWEST) {
      throw new IllegalArgumentException("samples: %d (expected: >= %d)".formatted(n, FEWEST));
    }
    double meanTime = mean(hours);
    double meanValue = mean(values);
    double times = 0;
    double both = 0;
    for (int i = 0; i < n; i++) {
      times += (hours[i] - meanTime) * (hours[i] - meanTime);
      both += (hours[i] - meanTime) * (values[i] - meanValue);
    }
    double slope = both / times;
    var residuals = new double[n];
    for (int i = 0; i < n; i++) {
      residuals[i] = values[i] - meanValue - slope * (hours[i] - meanTime);
    }
    double squares = 0;
    double neighbours = 0;
    for (int i = 0; i < n; i++) {
      squares += residuals[i] * residuals[i];
      neighbours += i == 0 ? 0 : residuals[i] * residuals[i - 1];
    }
    double likeness = squares == 0 ? 0 : Math.clamp(neighbours / squares, 0, STRONGEST);
    double independent = n * (1 - likeness) / (1 + likeness);
    double error = Math.sqrt(squares / (n - 2) / times * (1 + likeness) / (1 - likeness));
    double margin = quantile(Math.max(1, independent - 2)) * error;
    return new Slope(slope, slope - margin, slope + margin);
  }

  /// Student's 97.5 % quantile, to 2 % from 4 degrees of freedom on.
  private static double quantile(double degrees) {
    return 1.96 + 2.37 / degrees + 2.8 / (degrees * degrees);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  boolean holdsZero() {
    return low <= 0 && high >= 0;
  }
}
