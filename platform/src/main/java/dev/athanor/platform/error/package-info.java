/// One type of error and one table: `Problem` carries its kind, and each adapter renders the kind
/// its own way (over REST in the [ErrorShape] of the path, over gRPC as a canonical status).
@NullMarked
package dev.athanor.platform.error;

import org.jspecify.annotations.NullMarked;
