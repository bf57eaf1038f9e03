/// Request bodies, read with a bound.
@NullMarked
package dev.athanor.platform.body;

import org.jspecify.annotations.NullMarked;
