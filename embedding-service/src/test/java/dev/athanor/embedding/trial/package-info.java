@NullMarked
package dev.athanor.embedding.trial;

import org.jspecify.annotations.NullMarked;
