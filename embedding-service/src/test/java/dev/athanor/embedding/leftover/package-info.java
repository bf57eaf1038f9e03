@NullMarked
package dev.athanor.embedding.leftover;

import org.jspecify.annotations.NullMarked;
