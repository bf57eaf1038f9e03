/// What the augmentation-service says about data sets.
@NullMarked
package dev.athanor.trainer.dataset;

import org.jspecify.annotations.NullMarked;
