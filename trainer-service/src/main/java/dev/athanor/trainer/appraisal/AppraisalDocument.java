package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.spec.AppraisalSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An evaluation as callers see it.
///
/// @param results a line for each method and share of the labels, over the seeds that are done
/// @param cells what they are made of
record AppraisalDocument(
    String id,
    AppraisalState state,
    @Nullable String reason,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    String model,
    boolean random,
    Dataset dataset,
    AppraisalSpec spec,
    @Nullable AppraisalProgress progress,
    Appraisal.@Nullable Conditions conditions,
    List<Result> results,
    List<Cell> cells) {

  record Dataset(String name, int version) {}

  static AppraisalDocument of(Appraisal appraisal) {
    return new AppraisalDocument(
        appraisal.id(),
        appraisal.state(),
        appraisal.reason(),
        appraisal.createdAt(),
        appraisal.startedAt(),
        appraisal.finishedAt(),
        appraisal.spec().model(),
        appraisal.spec().random(),
        new Dataset(appraisal.dataset().dataset(), appraisal.dataset().version()),
        appraisal.spec(),
        appraisal.progress(),
        appraisal.conditions(),
        Result.of(appraisal.spec(), appraisal.cells()),
        appraisal.cells());
  }
}
