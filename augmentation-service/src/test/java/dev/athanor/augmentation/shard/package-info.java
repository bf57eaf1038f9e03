@NullMarked
package dev.athanor.augmentation.shard;

import org.jspecify.annotations.NullMarked;
