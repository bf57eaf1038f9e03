/// Processes of our own for what a caller's file might do to a native library.
@NullMarked
package dev.athanor.preprocessing.process;

import org.jspecify.annotations.NullMarked;
