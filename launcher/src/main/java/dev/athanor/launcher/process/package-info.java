/// The processes of a platform on one machine: who they are, where they listen, how they start and
/// stop.
@NullMarked
package dev.athanor.launcher.process;

import org.jspecify.annotations.NullMarked;
