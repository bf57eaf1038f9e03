/// Server-sent events of what takes long, read from rows.
@NullMarked
package dev.athanor.trainer.follow;

import org.jspecify.annotations.NullMarked;
