package dev.athanor.embedding.batching;

/// One prepared input on its way to its vector.
///
/// @param index its place in the call
/// @param input what the encoder reads of it: C·H·W floats of an image
/// @param cost what it takes up of a batch: 1 for an image
/// @param since when it came, on the batcher's ticker
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Item(Call call, int index, Lane lane, float[] input, int cost, long since) {}
