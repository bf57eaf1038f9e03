/// How the learning rate moves over a run.
@NullMarked
package dev.athanor.learning.schedule;

import org.jspecify.annotations.NullMarked;
