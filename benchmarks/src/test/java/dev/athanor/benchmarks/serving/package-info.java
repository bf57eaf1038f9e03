/// What the figures of a load are made with.
@NullMarked
package dev.athanor.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
