/// Models that runs have published: versions, aliases, cards, files.
///
/// Each change raises the model's revision and puts its whole state into the outbox, in one
/// transaction that holds the model's row; so readers of `athanor.models` see every change, in
/// order, and can drop what is older than what they have.
@NullMarked
package dev.athanor.trainer.registry;

import org.jspecify.annotations.NullMarked;
