/// Tells callers how far long work is, as server-sent events.
@NullMarked
package dev.athanor.augmentation.progress;

import org.jspecify.annotations.NullMarked;
