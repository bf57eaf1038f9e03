/// A request's trace, carried to the threads that work for it and for others at once.
@NullMarked
package dev.athanor.embedding.trace;

import org.jspecify.annotations.NullMarked;
