/// Images in, vectors out: the one domain type that every adapter calls, its bounds, and the raw
/// REST and gRPC adapters.
@NullMarked
package dev.athanor.embedding.embed;

import org.jspecify.annotations.NullMarked;
