@NullMarked
package dev.athanor.platform.connection;

import org.jspecify.annotations.NullMarked;
