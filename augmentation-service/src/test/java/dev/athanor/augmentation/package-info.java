@NullMarked
package dev.athanor.augmentation;

import org.jspecify.annotations.NullMarked;
