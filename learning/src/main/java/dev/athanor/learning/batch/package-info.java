/// What a training step reads: batches as they arrive ([Batch]), and what they become on the device
/// ([Input]).
@NullMarked
package dev.athanor.learning.batch;

import org.jspecify.annotations.NullMarked;
