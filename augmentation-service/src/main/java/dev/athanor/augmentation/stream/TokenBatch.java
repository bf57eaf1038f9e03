package dev.athanor.augmentation.stream;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.Tokens;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Rows of tokens.
///
/// @param targets whether the payload holds targets after the ids
/// @param payload ids `(samples, length)`, then targets `(samples, length)`, little-endian int32
/// @param lengths how many tokens of each row count
/// @param labels one a sample, or none at all
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record TokenBatch(
    int samples, int length, boolean targets, byte[] payload, int[] lengths, int[] labels)
    implements MadeBatch {

  @Override
  public int views() {
    return 1;
  }

  @Override
  public int[] numbers() {
    return IntStream.concat(Arrays.stream(lengths), Arrays.stream(labels)).toArray();
  }

  @Override
  public void write(Batch.Builder into, ByteString sha256, ByteString bytes, boolean first) {
    var tokens =
        Tokens.newBuilder()
            .setSamples(samples)
            .setLength(length)
            .setTargets(targets)
            .setPayloadBytes(payload.length)
            .setSha256(sha256)
            .setBytes(bytes);
    if (first) {
      Arrays.stream(lengths).forEach(tokens::addLengths);
      Arrays.stream(labels).forEach(tokens::addLabels);
    }
    into.setTokens(tokens);
  }
}
