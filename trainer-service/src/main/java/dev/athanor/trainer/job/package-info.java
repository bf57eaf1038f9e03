/// A run, or an evaluation, in the hands of its owner.
@NullMarked
package dev.athanor.trainer.job;

import org.jspecify.annotations.NullMarked;
