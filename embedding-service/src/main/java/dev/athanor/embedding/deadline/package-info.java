/// How long a caller still waits, on a clock that nobody sets.
@NullMarked
package dev.athanor.embedding.deadline;

import org.jspecify.annotations.NullMarked;
