@NullMarked
package dev.athanor.augmentation.dataset;

import org.jspecify.annotations.NullMarked;
