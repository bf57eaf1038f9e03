package dev.athanor.learning.evaluation;

/// All eigenvalues of a real symmetric matrix, which the engine's Java interface does not offer:
/// Householder reflections make it tridiagonal, implicitly shifted QL steps make that diagonal
/// (Golub and Van Loan, Matrix Computations, 4th edition, sections 8.3.1 and 8.3.3).
final class SymmetricEigenvalues {

  /// QL needs two or three steps an eigenvalue; so many mean that the matrix holds no numbers.
  private static final int MAX_STEPS = 60;

  private SymmetricEigenvalues() {}

  /// The eigenvalues in no particular order. Only the lower triangle is read, and it is
  /// overwritten.
  static double[] of(double[][] matrix) {
    var n = matrix.length;
    var diagonal = new double[n];
    var below = new double[n]; // below[i] stands between diagonal[i] and diagonal[i + 1]
    tridiagonalise(matrix, diagonal, below);
    for (var l = 0; l < n; l++) {
      isolate(l, diagonal, below);
    }
    return diagonal;
  }

  /// Eliminates row after row from the bottom: A becomes H A H with H = I - 2 v vᵀ / vᵀ v, where v
  /// mirrors the row's part left of the subdiagonal onto its last element.
  private static void tridiagonalise(double[][] a, double[] diagonal, double[] below) {
    for (var i = a.length - 1; i > 0; i--) {
      diagonal[i] = a[i][i];
      var v = a[i]; // its first i elements
      var norm = norm(v, i);
      below[i - 1] = v[i - 1] > 0 ? -norm : norm;
      if (norm > 0) {
        v[i - 1] -= below[i - 1];
        reflect(a, v, i);
      }
    }
    diagonal[0] = a[0][0];
  }

  /// The leading n×n part of a becomes a - v wᵀ - w vᵀ with p = 2 a v / vᵀ v and w = p - v (pᵀ v /
  /// vᵀ v).
  private static void reflect(double[][] a, double[] v, int n) {
    var squared = dot(v, v, n);
    if (squared == 0) {
      return;
    }
    var w = timesLower(a, v, n);
    for (var j = 0; j < n; j++) {
      w[j] *= 2 / squared;
    }
    var along = dot(w, v, n) / squared;
    for (var j = 0; j < n; j++) {
      w[j] -= along * v[j];
    }
    for (var j = 0; j < n; j++) {
      var row = a[j];
      var vj = v[j];
      var wj = w[j];
      for (var k = 0; k <= j; k++) {
        row[k] -= vj * w[k] + wj * v[k];
      }
    }
  }

  /// a v, of which only a's lower triangle is stored.
  private static double[] timesLower(double[][] a, double[] v, int n) {
    var product = new double[n];
    for (var j = 0; j < n; j++) {
      var row = a[j];
      product[j] += dot(row, v, j) + row[j] * v[j];
      for (var k = 0; k < j; k++) {
        product[k] += row[k] * v[j];
      }
    }
    return product;
  }

  /// QL steps until diagonal[l] stands alone.
  private static void isolate(int l, double[] diagonal, double[] below) {
    for (var steps = 0; ; steps++) {
      var end = endOfBlock(l, diagonal, below);
      if (end == l) {
        return;
      }
      if (steps == MAX_STEPS) {
        throw new ArithmeticException(
            "eigenvalue %d: none after %d steps (expected: finite numbers)".formatted(l, steps));
      }
      step(l, end, diagonal, below);
    }
  }

  /// The first index from l on after which the matrix falls apart.
  private static int endOfBlock(int l, double[] diagonal, double[] below) {
    for (var m = l; m < diagonal.length - 1; m++) {
      var size = Math.abs(diagonal[m]) + Math.abs(diagonal[m + 1]);
      if (Math.abs(below[m]) <= Math.ulp(size)) {
        return m;
      }
    }
    return diagonal.length - 1;
  }

  /// One implicit step with Wilkinson's shift: a rotation at the block's end, then one after the
  /// other upwards, each removing what the one before put outside the three diagonals.
  private static void step(int l, int end, double[] d, double[] e) {
    var g = (d[l + 1] - d[l]) / (2 * e[l]);
    g = d[end] - d[l] + e[l] / (g + Math.copySign(Math.hypot(g, 1), g));
    var sine = 1.0;
    var cosine = 1.0;
    var p = 0.0;
    for (var i = end - 1; i >= l; i--) {
      var f = sine * e[i];
      var b = cosine * e[i];
      var r = Math.hypot(f, g);
      e[i + 1] = r; // for i = end - 1 beyond the block, cleared below
      if (r == 0) {
        d[i + 1] -= p;
        e[end] = 0;
        return;
      }
      sine = f / r;
      cosine = g / r;
      g = d[i + 1] - p;
      r = (d[i] - g) * sine + 2 * cosine * b;
      p = sine * r;
      d[i + 1] = g + p;
      g = cosine * r - b;
    }
    d[l] -= p;
    e[l] = g;
    e[end] = 0;
  }

  private static double norm(double[] v, int n) {
    return Math.sqrt(dot(v, v, n));
  }

  private static double dot(double[] x, double[] y, int n) {
    var sum = 0.0;
    for (var k = 0; k < n; k++) {
      sum += x[k] * y[k];
    }
    return sum;
  }
}
