@NullMarked
package dev.athanor.embedding.graph;

import org.jspecify.annotations.NullMarked;
