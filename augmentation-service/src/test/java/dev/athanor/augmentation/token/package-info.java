@NullMarked
package dev.athanor.augmentation.token;

import org.jspecify.annotations.NullMarked;
