@NullMarked
package dev.athanor.platform.store;

import org.jspecify.annotations.NullMarked;
