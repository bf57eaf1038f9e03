/// Single samples, for people: listed, shown as they are stored, and as an augmentation turns them
/// into views.
@NullMarked
package dev.athanor.augmentation.sample;

import org.jspecify.annotations.NullMarked;
