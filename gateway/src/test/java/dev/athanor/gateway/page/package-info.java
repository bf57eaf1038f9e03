@NullMarked
package dev.athanor.gateway.page;

import org.jspecify.annotations.NullMarked;
