/// Records that must reach Kafka if, and only if, a transaction committed.
@NullMarked
package dev.athanor.trainer.outbox;

import org.jspecify.annotations.NullMarked;
