/// Every protocol as a way in, and what must hold for all of them.
@NullMarked
package dev.athanor.embedding.door;

import org.jspecify.annotations.NullMarked;
