package dev.athanor.augmentation.token;

import dev.athanor.augmentation.lease.Lease;
import dev.athanor.augmentation.shard.SampleReader;
import dev.athanor.augmentation.shard.StoredSplit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;

/// Goes through the texts of a split, with a chunk in memory at a time, or one text where texts are
/// large.
record Documents(SampleReader reader, StoredSplit split) {

  @FunctionalInterface
  interface Visitor {
    void visit(String text, int bytes) throws IOException;
  }

  /// Visits documents in their order until `most` bytes are reached.
  void each(long most, Lease lease, Visitor visitor) throws IOException {
    long bytes = 0;
    for (long first = 0; first < split.samples() && bytes < most; first += split.chunk()) {
      reader.readAhead(split, LongStream.of(first / split.chunk()));
      long end = Math.min(split.samples(), first + split.chunk());
      for (long i = first; i < end && bytes < most; i++) {
        lease.sample();
        var utf8 = reader.sample(split, i);
        lease.read(utf8.length);
        bytes += utf8.length;
        visitor.visit(new String(utf8, StandardCharsets.UTF_8), utf8.length);
      }
    }
  }
}
