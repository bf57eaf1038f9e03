@NullMarked
package dev.athanor.learning;

import org.jspecify.annotations.NullMarked;
