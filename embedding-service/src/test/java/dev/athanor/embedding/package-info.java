@NullMarked
package dev.athanor.embedding;

import org.jspecify.annotations.NullMarked;
