/// The state of the whole platform, as the gateway sees it.
@NullMarked
package dev.athanor.gateway.status;

import org.jspecify.annotations.NullMarked;
