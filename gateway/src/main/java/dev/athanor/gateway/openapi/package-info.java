/// The OpenAPI documents of all services at the one door.
@NullMarked
package dev.athanor.gateway.openapi;

import org.jspecify.annotations.NullMarked;
