/// The batch stream: which samples make batch number n, and how a request for it is answered.
///
/// `EpochOrder` and `Permutation` are pure: they say which sample stands where. A maker takes a
/// request from the work queue, reads its samples, makes the views and sends the batch to the
/// mailbox of the worker that asked; only then is the request acknowledged.
@NullMarked
package dev.athanor.augmentation.stream;

import org.jspecify.annotations.NullMarked;
