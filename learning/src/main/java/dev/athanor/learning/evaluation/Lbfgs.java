package dev.athanor.learning.evaluation;

import java.util.ArrayDeque;
import java.util.Deque;

/// Finds the minimum of a smooth function with few evaluations, a near one where there are several:
/// the limited-memory BFGS method (Liu and Nocedal 1989, https://doi.org/10.1007/BF01589116), steps
/// chosen by the weak Wolfe conditions, which bisection always meets and which keep the curvature
/// positive (Lewis and Overton 2013, https://doi.org/10.1007/s10107-012-0514-2, algorithm 2.6).
///
/// @param maxIterations after which the best point so far is taken
/// @param tolerance the largest component of a gradient that counts as zero
public record Lbfgs(int maxIterations, double tolerance) {

  /// Steps that the curvature is remembered from.
  private static final int HISTORY = 10;

  /// How much of the slope's promise a step must keep, and how much of the slope it may leave.
  private static final double DECREASE = 1e-4;

  private static final double SLOPE = 0.9;

  /// Bisections after which what is left of the slope is rounding.
  private static final int MAX_TRIALS = 40;

  /// A function with its gradient.
  public interface Function {
    /// The value at `at`; overwrites `gradient` with the gradient there.
    double value(double[] at, double[] gradient);
  }

  /// A place with the function's value and gradient there.
  private record Point(double[] at, double value, double[] gradient) {
    static Point of(Function function, double[] at) {
      var gradient = new double[at.length];
      var value = function.value(at, gradient);
      return new Point(at, value, gradient);
    }
  }

  /// A step taken: `move` in place and `change` in gradient.
  private record Curvature(double[] move, double[] change, double product) {}

  public double[] minimise(Function function, double[] start) {
    var history = new ArrayDeque<Curvature>();
    var here = Point.of(function, start.clone());
    for (var i = 0; i < maxIterations && largest(here.gradient) > tolerance; i++) {
      var direction = direction(here.gradient, history);
      var next = search(function, here, direction, history.isEmpty() ? 1 / norm(direction) : 1);
      if (next == here) {
        break;
      }
      remember(history, here, next);
      here = next;
    }
    return here.at;
  }

  /// -H g, where H approximates the inverse Hessian from the history: the two-loop recursion.
  private static double[] direction(double[] gradient, Deque<Curvature> history) {
    var direction = gradient.clone();
    scale(direction, -1);
    if (history.isEmpty()) {
      return direction;
    }
    var alphas = new ArrayDeque<Double>();
    for (var step : history) { // the latest first
      var alpha = dot(step.move, direction) / step.product;
      add(direction, -alpha, step.change);
      alphas.addLast(alpha);
    }
    var latest = history.getFirst();
    scale(direction, latest.product / dot(latest.change, latest.change));
    for (var steps = history.descendingIterator(); steps.hasNext(); ) {
      var step = steps.next();
      var beta = dot(step.change, direction) / step.product;
      add(direction, alphas.removeLast() - beta, step.move);
    }
    return direction;
  }

  /// A point along `direction` that meets the Wolfe conditions; `from` itself where rounding leaves
  /// none.
  private static Point search(Function function, Point from, double[] direction, double step) {
    var slope = dot(from.gradient, direction);
    var low = 0.0;
    var high = Double.POSITIVE_INFINITY;
    for (var trial = 0; trial < MAX_TRIALS; trial++) {
      var at = from.at.clone();
      add(at, step, direction);
      var point = Point.of(function, at);
      if (!(point.value <= from.value + DECREASE * step * slope)) {
        high = step;
      } else if (dot(point.gradient, direction) < SLOPE * slope) {
        low = step;
      } else {
        return point;
      }
      step = Double.isInfinite(high) ? 2 * step : (low + high) / 2;
    }
    return from;
  }

  private static void remember(Deque<Curvature> history, Point from, Point to) {
    var move = to.at.clone();
    add(move, -1, from.at);
    var change = to.gradient.clone();
    add(change, -1, from.gradient);
    if (history.size() == HISTORY) {
      history.removeLast();
    }
    history.addFirst(new Curvature(move, change, dot(move, change)));
  }

  private static double largest(double[] x) {
    var largest = 0.0;
    for (var value : x) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  private static double dot(double[] x, double[] y) {
    var sum = 0.0;
    for (var i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static void scale(double[] x, double factor) {
    for (var i = 0; i < x.length; i++) {
      x[i] *= factor;
    }
  }

  private static void add(double[] x, double factor, double[] y) {
    for (var i = 0; i < x.length; i++) {
      x[i] += factor * y[i];
    }
  }
}
