/// Who calls, and in which class. Until callers have keys, one is known by the name it gives
/// itself, or else by the address that it calls from.
@NullMarked
package dev.athanor.embedding.caller;

import org.jspecify.annotations.NullMarked;
