@NullMarked
package dev.athanor.prompt.language;

import org.jspecify.annotations.NullMarked;
