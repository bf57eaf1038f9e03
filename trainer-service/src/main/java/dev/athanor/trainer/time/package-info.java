/// Monotonic time, injected.
@NullMarked
package dev.athanor.trainer.time;

import org.jspecify.annotations.NullMarked;
