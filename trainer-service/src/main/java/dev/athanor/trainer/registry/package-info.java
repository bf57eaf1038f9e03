/// Models that runs have published and callers uploaded or imported: versions, aliases, cards,
/// files.
///
/// Each change raises the model's revision and puts its whole state into the outbox, in one
/// transaction that holds the model's row; so readers of `athanor.models` see every change, in
/// order, and can drop what is older than what they have.
///
/// An uploaded version is PENDING until an embedding-service has tried it (`Trials`); nothing
/// serves it before.
@NullMarked
package dev.athanor.trainer.registry;

import org.jspecify.annotations.NullMarked;
