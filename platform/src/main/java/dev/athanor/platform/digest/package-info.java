/// Digests of files, requests and batches.
@NullMarked
package dev.athanor.platform.digest;

import org.jspecify.annotations.NullMarked;
