/// How all services take large request bodies.
@NullMarked
package dev.athanor.platform.upload;

import org.jspecify.annotations.NullMarked;
