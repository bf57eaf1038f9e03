/// Tables that leave the platform as text.
@NullMarked
package dev.athanor.trainer.table;

import org.jspecify.annotations.NullMarked;
