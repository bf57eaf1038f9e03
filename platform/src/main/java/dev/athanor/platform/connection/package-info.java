/// The connection of an HTTP request's caller: whether anybody waits for the answer.
@NullMarked
package dev.athanor.platform.connection;

import org.jspecify.annotations.NullMarked;
