@NullMarked
package dev.athanor.embedding.catalogue;

import org.jspecify.annotations.NullMarked;
