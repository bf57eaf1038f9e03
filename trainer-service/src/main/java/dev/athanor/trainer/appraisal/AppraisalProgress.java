package dev.athanor.trainer.appraisal;

/// How far an evaluation is; shown, and never used to resume.
///
/// @param cells that are done
/// @param phase what is going on, for people
public record AppraisalProgress(int cells, int totalCells, String phase) {}
