/// What callers may name things.
@NullMarked
package dev.athanor.platform.name;

import org.jspecify.annotations.NullMarked;
