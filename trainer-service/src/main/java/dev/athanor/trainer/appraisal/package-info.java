/// Evaluations of published encoders, as callers ask for them under `/v1/evaluations`: their
/// states, rows and tables. They are called appraisals here, because a run's own evaluation has the
/// other word.
///
/// An appraisal is a leased job, as a run is. It consists of cells: one figure for a method, a
/// share of the labels and a seed. A finished cell is a row, so whoever takes over does only what
/// is missing.
@NullMarked
package dev.athanor.trainer.appraisal;

import org.jspecify.annotations.NullMarked;
