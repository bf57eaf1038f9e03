/// The one place that knows DJL's PyTorch engine: managers, gradient mode, native updates, image
/// tensors.
@NullMarked
package dev.athanor.learning.engine;

import org.jspecify.annotations.NullMarked;
