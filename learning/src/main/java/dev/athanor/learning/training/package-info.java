/// Training as a library: a [TrainingSession] owns network and optimiser, a [TrainingLoop] feeds it
/// batches.
@NullMarked
package dev.athanor.learning.training;

import org.jspecify.annotations.NullMarked;
