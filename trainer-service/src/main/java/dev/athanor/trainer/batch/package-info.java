/// The worker's end of the batch stream: it asks augmenters for the batches that training needs
/// next and puts the answers together.
///
/// - [StreamSpec]: what a stream of batches is made of.
/// - [Requests]: which batches to ask for now, within the window, and which to ask for again. Pure.
/// - [Assembler]: puts the parts of a batch together, whatever their order. Pure.
/// - [Stream]: both of them for one stream; owned by the mailbox's thread.
/// - [Mailbox]: that thread, with the Kafka clients.
/// - [BatchStream]: what the training thread sees.
@NullMarked
package dev.athanor.trainer.batch;

import org.jspecify.annotations.NullMarked;
