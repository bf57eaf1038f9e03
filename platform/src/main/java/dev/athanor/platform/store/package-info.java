/// Objects in any S3 server, through the MinIO SDK.
@NullMarked
package dev.athanor.platform.store;

import org.jspecify.annotations.NullMarked;
