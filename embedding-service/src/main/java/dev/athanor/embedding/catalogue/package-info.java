/// What can be served now: the topic `athanor.models`, followed from its beginning, as an immutable
/// map that one thread replaces and everybody reads.
@NullMarked
package dev.athanor.embedding.catalogue;

import org.jspecify.annotations.NullMarked;
