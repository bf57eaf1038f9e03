/// One door for everything: routes to the services, the platform's state, and the start page.
@NullMarked
package dev.athanor.gateway;

import org.jspecify.annotations.NullMarked;
