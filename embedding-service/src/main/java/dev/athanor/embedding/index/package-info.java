/// Similarity search over REST: indexes of vectors, each with labels to filter by.
///
/// A change is acknowledged when a snapshot that holds it lies in the object store and the index's
/// row names that snapshot. The row's lock is what makes one process at a time the writer, and the
/// row is what every process reads before a search: so all of them see what was acknowledged, and
/// any of them can die at any moment.
@NullMarked
package dev.athanor.embedding.index;

import org.jspecify.annotations.NullMarked;
