@NullMarked
package dev.athanor.embedding.index;

import org.jspecify.annotations.NullMarked;
