package dev.athanor.augmentation.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.platform.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A batch's views.
sealed interface MadeBatch permits PixelBatch, TokenBatch {
  /// The most payload bytes of one part.
  int PART = 4 << 20;

  /// Views a sample.
  int views();

  int samples();

  byte[] payload();

  /// Numbers that travel in part 0 beside the payload, and are digested after it.
  int[] numbers();

  /// Writes one part of the payload.
  void write(Batch.Builder into, ByteString sha256, ByteString bytes, boolean first);

  /// The records that carry the batch to the worker that asked.
  default List<Batch> parts(BatchRequest request, String build) {
    int count = Math.max(1, Math.ceilDiv(payload().length, PART));
    var digest = ByteString.copyFrom(sha256());
    var parts = new ArrayList<Batch>(count);
    for (int part = 0; part < count; part++) {
      int from = part * PART;
      var bytes =
          UnsafeByteOperations.unsafeWrap(payload(), from, Math.min(PART, payload().length - from));
      var answer = Answers.to(request, build).setPart(part).setParts(count);
      write(answer, digest, bytes, part == 0);
      parts.add(answer.build());
    }
    return parts;
  }

  /// Of the payload followed by the numbers as little-endian int32.
  default byte[] sha256() {
    var digest = Sha256.digest();
    digest.update(payload());
    var tail = ByteBuffer.allocate(Integer.BYTES * numbers().length).order(ByteOrder.LITTLE_ENDIAN);
    tail.asIntBuffer().put(numbers());
    digest.update(tail);
    return digest.digest();
  }
}
