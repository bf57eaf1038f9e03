@NullMarked
package dev.athanor.embedding.inference;

import org.jspecify.annotations.NullMarked;
