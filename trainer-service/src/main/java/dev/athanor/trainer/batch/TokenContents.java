package dev.athanor.trainer.batch;

import static dev.athanor.trainer.batch.Spoilt.expect;

import dev.athanor.contracts.batch.Batch;
import dev.athanor.learning.batch.TokenBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Rows of tokens; the numbers are the rows' lengths, and labels behind them.
record TokenContents(StreamSpec spec) implements Contents {

  @Override
  public Piece piece(Batch part) throws Spoilt {
    var tokens = part.getTokens();
    expect("samples", tokens.getSamples(), spec.samplesOf(part.getIndex()));
    expect("length", tokens.getLength(), spec.length());
    expect("targets", tokens.getTargets() ? 1 : 0, spec.targets() ? 1 : 0);
    if (part.getPart() == 0) {
      expect("lengths", tokens.getLengthsCount(), tokens.getSamples());
      expect("labels", tokens.getLabelsCount(), spec.labels() ? tokens.getSamples() : 0);
    }
    return new Piece(
        tokens.getPayloadBytes(),
        tokens.getSha256(),
        tokens.getBytes(),
        Stream.of(tokens.getLengthsList(), tokens.getLabelsList())
            .flatMapToInt(list -> list.stream().mapToInt(Integer::intValue))
            .toArray());
  }

  /// Columns that are padding in every row are left out: nothing would read them.
  @Override
  @SuppressWarnings("NullAway") // a record's class file does not say which arrays may be null
  public TokenBatch batch(int samples, byte[] payload, int[] numbers) throws Spoilt {
    var lengths = Arrays.copyOf(numbers, samples);
    int length = Math.max(1, IntStream.of(lengths).max().orElse(1));
    if (length > spec.length()) {
      throw new Spoilt("lengths: %d (expected: <= %d)".formatted(length, spec.length()));
    }
    var values = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    try {
      return TokenBatch.ofLengths(
          samples,
          length,
          rows(values, 0, samples, length),
          lengths,
          spec.targets() ? rows(values, samples, samples, length) : null,
          spec.labels() ? Arrays.copyOfRange(numbers, samples, numbers.length) : null);
    } catch (IllegalArgumentException malformed) {
      throw new Spoilt(String.valueOf(malformed.getMessage()));
    }
  }

  /// The first `length` numbers of each of `count` rows.
  private int[] rows(IntBuffer values, int from, int count, int length) {
    var rows = new int[count * length];
    for (int row = 0; row < count; row++) {
      values.get((from + row) * spec.length(), rows, row * length, length);
    }
    return rows;
  }
}
