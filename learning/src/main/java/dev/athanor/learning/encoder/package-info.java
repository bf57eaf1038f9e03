/// Networks that turn an image or a text into a representation h, and what training puts on top of
/// it: heads, and the decoder that leads back to an image.
@NullMarked
package dev.athanor.learning.encoder;

import org.jspecify.annotations.NullMarked;
