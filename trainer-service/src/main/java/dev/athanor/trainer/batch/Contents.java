package dev.athanor.trainer.batch;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.batch.Batch;

/// What the records of a stream's batches hold: how one is checked, and what a whole payload
/// becomes.
sealed interface Contents permits PixelContents, TokenContents {

  static Contents of(StreamSpec spec) {
    return spec.tokens() ? new TokenContents(spec) : new PixelContents(spec);
  }

  /// A part's share of its batch.
  ///
  /// @param payloadBytes of the whole batch
  /// @param sha256 of the whole payload and the numbers
  /// @param numbers that are hashed behind the payload; none in any part but the first
  @SuppressWarnings("ArrayRecordComponent") // moved, never compared
  record Piece(long payloadBytes, ByteString sha256, ByteString bytes, int[] numbers) {}

  /// Checks a part's header against what was asked for.
  Piece piece(Batch part) throws Spoilt;

  /// The batch of a payload whose hash is right.
  dev.athanor.learning.batch.Batch batch(int samples, byte[] payload, int[] numbers) throws Spoilt;
}
