/// Which path belongs to which service, and how a request and its answer pass through without being
/// held up or held whole.
@NullMarked
package dev.athanor.gateway.route;

import org.jspecify.annotations.NullMarked;
