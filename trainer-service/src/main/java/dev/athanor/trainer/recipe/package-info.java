/// Run specs that are known to work, shipped with the service.
@NullMarked
package dev.athanor.trainer.recipe;

import org.jspecify.annotations.NullMarked;
