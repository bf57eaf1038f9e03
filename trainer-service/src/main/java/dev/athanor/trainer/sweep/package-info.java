/// Sweeps: one spec, a grid over some of its fields, a run for each cell.
///
/// A cell is a run like any other; workers and broker do not know that it has siblings. So a sweep
/// has no state of its own: how far it is, and what came of it, is read off the rows of its runs.
@NullMarked
package dev.athanor.trainer.sweep;

import org.jspecify.annotations.NullMarked;
