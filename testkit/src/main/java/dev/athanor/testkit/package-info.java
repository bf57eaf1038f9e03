@NullMarked
package dev.athanor.testkit;

import org.jspecify.annotations.NullMarked;
