/// The command line of `./athanor`.
@NullMarked
package dev.athanor.launcher.command;

import org.jspecify.annotations.NullMarked;
