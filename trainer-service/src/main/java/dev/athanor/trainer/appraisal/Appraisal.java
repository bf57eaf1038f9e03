package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.spec.AppraisalSpec;
import dev.athanor.trainer.spec.PublishedEncoder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An evaluation as its rows say.
///
/// @param reason why it is in its state; null where that needs no saying
/// @param encoder as its card said when the evaluation was created
/// @param dataset as it was then
/// @param conditions null until it was taken
/// @param cells those that are done, in the order of the spec
public record Appraisal(
    String id,
    AppraisalState state,
    @Nullable String reason,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    AppraisalSpec spec,
    PublishedEncoder encoder,
    DatasetFacts dataset,
    @Nullable AppraisalProgress progress,
    @Nullable Conditions conditions,
    List<Cell> cells) {

  /// What fixes the bits of the result beside the spec.
  ///
  /// @param threads of the engine
  /// @param augmenterBuild that makes all batches
  public record Conditions(int threads, String augmenterBuild) {}
}
