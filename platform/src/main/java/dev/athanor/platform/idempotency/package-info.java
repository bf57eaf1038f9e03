/// Creations that may be asked for twice.
@NullMarked
package dev.athanor.platform.idempotency;

import org.jspecify.annotations.NullMarked;
