@NullMarked
package dev.athanor.embedding.batching;

import org.jspecify.annotations.NullMarked;
