/// What processes that were killed left on the local disk.
@NullMarked
package dev.athanor.embedding.leftover;

import org.jspecify.annotations.NullMarked;
