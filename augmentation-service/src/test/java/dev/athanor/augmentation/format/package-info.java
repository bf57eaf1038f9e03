@NullMarked
package dev.athanor.augmentation.format;

import org.jspecify.annotations.NullMarked;
