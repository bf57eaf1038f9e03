/// Leases on long work: whoever holds one renews it, and knows by its own clock when it has lost
/// it.
@NullMarked
package dev.athanor.augmentation.lease;

import org.jspecify.annotations.NullMarked;
