@NullMarked
package dev.athanor.embedding.metrics;

import org.jspecify.annotations.NullMarked;
