/// Chart, compose file and Dockerfile against the services that they name, so that they cannot
/// drift apart.
@NullMarked
package dev.athanor.deployment;

import org.jspecify.annotations.NullMarked;
