/// What may know what: the rooms' walls, kept by tests over the classes of all modules.
@NullMarked
package dev.athanor.walls;

import org.jspecify.annotations.NullMarked;
