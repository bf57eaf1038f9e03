/// Optimisers whose whole state is named tensors, so that a checkpoint holds it and a resumed run
/// is exact.
@NullMarked
package dev.athanor.learning.optimiser;

import org.jspecify.annotations.NullMarked;
