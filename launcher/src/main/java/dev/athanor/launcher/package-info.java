@NullMarked
package dev.athanor.launcher;

import org.jspecify.annotations.NullMarked;
