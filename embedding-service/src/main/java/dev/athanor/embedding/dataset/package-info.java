/// Dataset versions as they lie in the object store, read from front to back.
@NullMarked
package dev.athanor.embedding.dataset;

import org.jspecify.annotations.NullMarked;
