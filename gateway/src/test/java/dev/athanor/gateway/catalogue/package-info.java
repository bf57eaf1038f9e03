@NullMarked
package dev.athanor.gateway.catalogue;

import org.jspecify.annotations.NullMarked;
