@NullMarked
package dev.athanor.embedding.raw;

import org.jspecify.annotations.NullMarked;
