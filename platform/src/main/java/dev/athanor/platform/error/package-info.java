/// One type of error and one table: `Problem` carries its kind, and each adapter renders the kind
/// its own way (RFC 9457 over REST, a canonical status over gRPC).
@NullMarked
package dev.athanor.platform.error;

import org.jspecify.annotations.NullMarked;
