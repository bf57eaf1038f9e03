package dev.athanor.trainer.run;

import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.spec.RunInput;
import dev.athanor.trainer.spec.RunSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A run as its rows say.
///
/// @param reason why it is in its state; null where that needs no saying
/// @param plan null until it starts
/// @param alarm of the newest evaluation; null where its figures were healthy
/// @param figures the newest of each kind
/// @param sweep that it is a cell of; null where it is none's
public record Run(
    String id,
    RunState state,
    @Nullable String reason,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    RunSpec spec,
    DatasetFacts dataset,
    @Nullable Plan plan,
    @Nullable Progress progress,
    Map<String, Double> figures,
    List<Verdict> table,
    @Nullable Alarm alarm,
    @Nullable PublishedModel model,
    @Nullable String sweep) {

  /// The newest figures, and the lines of the table under names of their own.
  public SortedMap<String, Double> metrics() {
    var metrics = new TreeMap<>(figures);
    table.forEach(verdict -> metrics.put(verdict.figure(), verdict.accuracy()));
    return metrics;
  }

  /// What its networks read.
  public RunInput input() {
    return dataset.input(spec);
  }

  /// The model version that a run published.
  public record PublishedModel(String name, int version) {}
}
