/// Models that runs have published and callers uploaded or imported: versions, aliases, cards,
/// files.
///
/// Each change raises the model's revision and puts its whole state into the outbox, in one
/// transaction that holds the model's row; so readers of `athanor.models` see changes in order, and
/// can drop what is older than what they have. Of versions that are served no more that state has
/// neither cards nor files: it has to fit into a record.
///
/// An uploaded version is PENDING until an embedding-service has tried it (`Trials`); nothing
/// serves it before.
@NullMarked
package dev.athanor.trainer.registry;

import org.jspecify.annotations.NullMarked;
