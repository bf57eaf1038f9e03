/// Injected time and identifiers.
@NullMarked
package dev.athanor.platform.identity;

import org.jspecify.annotations.NullMarked;
