/// The topics that DESIGN fixes, and protobuf records on them.
@NullMarked
package dev.athanor.platform.kafka;

import org.jspecify.annotations.NullMarked;
