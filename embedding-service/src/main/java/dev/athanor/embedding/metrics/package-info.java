/// What the service counts and times, in one place, so that names and labels agree.
@NullMarked
package dev.athanor.embedding.metrics;

import org.jspecify.annotations.NullMarked;
