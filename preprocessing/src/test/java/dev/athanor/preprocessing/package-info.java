@NullMarked
package dev.athanor.preprocessing;

import org.jspecify.annotations.NullMarked;
