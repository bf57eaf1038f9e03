/// The services behind the gateway: which there are, where they listen, and how they are called.
@NullMarked
package dev.athanor.gateway.upstream;

import org.jspecify.annotations.NullMarked;
