/// Measurements, each with a main method, a peer and a script of its own.
@NullMarked
package dev.athanor.benchmarks;

import org.jspecify.annotations.NullMarked;
