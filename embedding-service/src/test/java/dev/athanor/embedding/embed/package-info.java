@NullMarked
package dev.athanor.embedding.embed;

import org.jspecify.annotations.NullMarked;
