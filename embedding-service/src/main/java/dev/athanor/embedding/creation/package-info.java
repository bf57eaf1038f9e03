/// Requests that make something, and may be sent twice.
@NullMarked
package dev.athanor.embedding.creation;

import org.jspecify.annotations.NullMarked;
