@NullMarked
package dev.athanor.platform.error;

import org.jspecify.annotations.NullMarked;
