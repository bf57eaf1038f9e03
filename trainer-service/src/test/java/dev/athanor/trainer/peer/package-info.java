/// Peers that the trainer talks to in its tests: another process's part, over the real broker and
/// real HTTP.
@NullMarked
package dev.athanor.trainer.peer;

import org.jspecify.annotations.NullMarked;
