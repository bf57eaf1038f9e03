/// Creations that may be asked for twice.
@NullMarked
package dev.athanor.trainer.idempotency;

import org.jspecify.annotations.NullMarked;
