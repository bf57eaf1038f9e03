@NullMarked
package dev.athanor.augmentation.view;

import org.jspecify.annotations.NullMarked;
