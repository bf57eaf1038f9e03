@NullMarked
package dev.athanor.prompt;

import org.jspecify.annotations.NullMarked;
