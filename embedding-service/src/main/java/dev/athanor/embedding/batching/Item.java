package dev.athanor.embedding.batching;

import dev.athanor.embedding.encoder.Prepared;

/// One prepared input on its way to its vector.
///
/// @param index its place in the call
/// @param input what the encoder reads of it
/// @param cost what it takes up of a batch: 1 for an image, for a text the tokens that it is padded
///   to at most
/// @param since when it came, on the batcher's ticker
record Item(Call call, int index, Lane lane, Prepared input, int cost, long since) {}
