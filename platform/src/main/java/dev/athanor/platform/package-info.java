@NullMarked
package dev.athanor.platform;

import org.jspecify.annotations.NullMarked;
