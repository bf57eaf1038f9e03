/// The topics of docs/architecture.md, and protobuf records on them.
@NullMarked
package dev.athanor.platform.kafka;

import org.jspecify.annotations.NullMarked;
