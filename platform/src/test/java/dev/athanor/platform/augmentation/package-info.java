@NullMarked
package dev.athanor.platform.augmentation;

import org.jspecify.annotations.NullMarked;
