/// Where the inputs of all callers and all protocols meet and become batches.
///
/// - [dev.athanor.embedding.batching.Places] refuses what would not find room, at once.
/// - [dev.athanor.embedding.batching.Room] bounds the bytes of those that are prepared.
/// - [dev.athanor.embedding.batching.Batcher] is the one thread that owns the queue. Everybody else
///   sends it commands: an input is ready, a forward pass has ended.
/// - `BatchQueue` is that thread's state: a lane a model, served in turn. A lane is due when a
///   whole batch waits in it, or when its oldest input has waited for the longest delay.
/// - `Waiting` is one lane: the interactive callers before the bulk ones, who still get one place
///   in eight, and within a class the callers in turn, one input each.
/// - `LengthBuckets` keeps texts of about one length together, so that short ones are not padded to
///   long ones; a batch of texts is full by its tokens, a batch of images by their number.
///
/// A batch is closed at the moment when a thread is free to infer it, not before, so that it is as
/// full as it can be, and so that an input whose caller has gone meanwhile is never inferred.
@NullMarked
package dev.athanor.embedding.batching;

import org.jspecify.annotations.NullMarked;
