@NullMarked
package dev.athanor.embedding.encoder;

import org.jspecify.annotations.NullMarked;
