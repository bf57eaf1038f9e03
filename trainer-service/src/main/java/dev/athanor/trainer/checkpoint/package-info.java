/// A run between two steps, or a training with labels that is one figure of an evaluation (a cell),
/// kept where any worker finds it.
///
/// Objects come first, under `athanor-checkpoints/<run>/<step>-<fence>/`, or for a cell
/// `athanor-checkpoints/<evaluation>/<cell>/<step>-<fence>/`, then one row that names them with
/// their SHA-256, written under the fence. So a checkpoint is there whole or not at all, two owners
/// never write the same object, and what a stale owner uploads counts for nothing. Rows beyond the
/// newest few are deleted with the write of a new one; objects, and of ended runs the rows beyond
/// the newest, are deleted in one place only, the [CheckpointSweeper].
@NullMarked
package dev.athanor.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;
