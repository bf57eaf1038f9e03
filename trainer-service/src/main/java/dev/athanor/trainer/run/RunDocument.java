package dev.athanor.trainer.run;

import dev.athanor.learning.evaluation.HealthyBand;
import dev.athanor.trainer.spec.RunSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A run as callers see it.
///
/// @param plan what was fixed before step 0: steps, warm-up, threads, augmenter build
/// @param bands of the collapse figures: each lies above one bound or below it while all is well
/// @param sweep that the run belongs to
record RunDocument(
    String id,
    String name,
    RunState state,
    @Nullable String reason,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    RunSpec spec,
    Dataset dataset,
    @Nullable Plan plan,
    @Nullable Progress progress,
    Map<String, Double> figures,
    Map<String, HealthyBand> bands,
    List<Verdict> table,
    @Nullable Alarm alarm,
    Run.@Nullable PublishedModel model,
    @Nullable String sweep) {

  record Dataset(String name, int version) {}

  static RunDocument of(Run run) {
    return new RunDocument(
        run.id(),
        run.spec().name(),
        run.state(),
        run.reason(),
        run.createdAt(),
        run.startedAt(),
        run.finishedAt(),
        run.spec(),
        new Dataset(run.dataset().dataset(), run.dataset().version()),
        run.plan(),
        run.progress(),
        run.figures(),
        run.bands(),
        run.table(),
        run.alarm(),
        run.model(),
        run.sweep());
  }
}
