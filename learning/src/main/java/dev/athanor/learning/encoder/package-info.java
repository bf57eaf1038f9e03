/// Networks that turn an image or a text into a representation h, and the heads that training puts
/// on top of it.
@NullMarked
package dev.athanor.learning.encoder;

import org.jspecify.annotations.NullMarked;
