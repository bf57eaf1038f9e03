/// The role that trains: it takes a run, trains it through the batch stream, judges the encoder and
/// publishes it.
///
/// A worker holds one mailbox for its lifetime and one run at a time. Everything about a run
/// happens on one thread, the worker's; two more only serve it: the mailbox's, which fetches
/// batches, and the lease keeper's.
@NullMarked
package dev.athanor.trainer.worker;

import org.jspecify.annotations.NullMarked;
