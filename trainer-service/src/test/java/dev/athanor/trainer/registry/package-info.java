@NullMarked
package dev.athanor.trainer.registry;

import org.jspecify.annotations.NullMarked;
