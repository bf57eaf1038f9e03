@NullMarked
package dev.athanor.embedding.segment;

import org.jspecify.annotations.NullMarked;
