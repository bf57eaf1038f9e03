package dev.athanor.embedding.batching;

import dev.athanor.embedding.encoder.Prepared;

/// One prepared input on its way to its vector.
///
/// @param index its place in the call
/// @param input what the encoder reads of it
/// @param cost what it takes up of a batch: 1 for an image, for a text the tokens that it is padded
///   to at most
/// @param since when it came, on the batcher's ticker
/// @param due when it waits for company no longer
record Item(Call call, int index, Lane lane, Prepared input, int cost, long since, long due) {

  /// One that waits as long as its lane allows.
  static Item of(Call call, int index, Lane lane, Prepared input, long since) {
    return new Item(
        call, index, lane, input, LengthBuckets.cost(input), since, since + lane.delayNanos());
  }

  /// The same, not to wait.
  Item atOnce() {
    return new Item(call, index, lane, input, cost, since, since);
  }
}
