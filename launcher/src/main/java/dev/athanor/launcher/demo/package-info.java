/// `./athanor demo`: the main job from images to vectors, spoken to the gateway as any client
/// would.
@NullMarked
package dev.athanor.launcher.demo;

import org.jspecify.annotations.NullMarked;
