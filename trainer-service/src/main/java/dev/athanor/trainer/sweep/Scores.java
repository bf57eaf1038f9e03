package dev.athanor.trainer.sweep;

import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/// What a metric is in the cells of a sweep.
@Component
class Scores {
  private final Sweeps sweeps;

  Scores(Sweeps sweeps) {
    this.sweeps = sweeps;
  }

  /// One a cell, in the order of the cells.
  ///
  /// @throws Problem where no run has such a metric, though some have others
  List<Score> of(Sweep sweep, Metric metric) {
    var known = names(sweep);
    if (!known.contains(metric.name()) && known.size() > 1) {
      throw Problem.badRequest(
          "metric: %s (expected: one of %s)".formatted(Problem.quote(metric.name()), known));
    }
    return metric.isOfTable() ? ofTable(sweep, metric) : ofCourses(sweep, metric);
  }

  private static Set<String> names(Sweep sweep) {
    var names = new TreeSet<>(Set.of(Metric.LOSS));
    sweep.runs().forEach(run -> names.addAll(run.metrics().keySet()));
    return names;
  }

  /// A line of a table is written once.
  private static List<Score> ofTable(Sweep sweep, Metric metric) {
    return sweep.runs().stream()
        .map(run -> run.metrics().get(metric.name()))
        .map(value -> new Score(value, value))
        .toList();
  }

  private List<Score> ofCourses(Sweep sweep, Metric metric) {
    var scores = new ArrayList<>(Collections.nCopies(sweep.runs().size(), Score.NONE));
    var courses =
        metric.isLoss() ? sweeps.losses(sweep.id()) : sweeps.evaluated(sweep.id(), metric.name());
    for (var course : courses) {
      scores.set(
          course.cell(),
          new Score(course.last(), metric.descending() ? course.most() : course.least()));
    }
    return scores;
  }

  /// The numbers of the cells, the best last value first and those without one at the end.
  static List<Integer> ranked(List<Score> scores, Metric metric) {
    var by = Comparator.<Double>naturalOrder();
    return IntStream.range(0, scores.size())
        .boxed()
        .sorted(
            Comparator.comparing(
                (Integer cell) -> scores.get(cell).last(),
                Comparator.nullsLast(metric.descending() ? by.reversed() : by)))
        .toList();
  }
}
