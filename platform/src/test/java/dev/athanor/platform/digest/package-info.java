@NullMarked
package dev.athanor.platform.digest;

import org.jspecify.annotations.NullMarked;
