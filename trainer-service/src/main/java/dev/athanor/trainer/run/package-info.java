/// Runs: their states, their rows, and the API on them.
///
/// PostgreSQL is the source of truth. Each event of a run is a row with a sequence of its own,
/// written in the transaction that it tells of and under the writer's fence; the API streams those
/// rows, so a reader who comes back with `Last-Event-ID` misses nothing, whichever instance
/// answers. The same events go to `athanor.run-events` through the outbox, for other services.
@NullMarked
package dev.athanor.trainer.run;

import org.jspecify.annotations.NullMarked;
