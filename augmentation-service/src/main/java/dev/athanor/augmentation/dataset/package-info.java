/// Datasets: uploaded as files, ingested in the background into immutable versions of shards, seen
/// when whole.
///
/// A version goes `UPLOADING → INGESTING → READY | FAILED`. [Datasets] is what callers may do;
/// [IngestWorker] takes versions to ingest by a lease with a fence, so that of several instances
/// one works on a version and a late one can change nothing; [Catalogue] opens what is ready.
/// [UploadSweeper] fails versions that stay UPLOADING for days, and with [ShardSweeper] deletes the
/// objects that no version needs.
@NullMarked
package dev.athanor.augmentation.dataset;

import org.jspecify.annotations.NullMarked;
