package dev.athanor.augmentation.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.contracts.batch.Pixels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A batch's views and labels.
///
/// @param payload `(views, samples, height, width, channels)`
/// @param labels one a sample, or none at all
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record MadeBatch(
    int views, int samples, int height, int width, int channels, byte[] payload, int[] labels) {

  /// The most payload bytes of one part.
  static final int PART = 4 << 20;

  /// The records that carry the batch to the worker that asked.
  List<Batch> parts(BatchRequest request, String build) {
    int count = Math.max(1, Math.ceilDiv(payload.length, PART));
    var digest = ByteString.copyFrom(sha256());
    var parts = new ArrayList<Batch>(count);
    for (int part = 0; part < count; part++) {
      int from = part * PART;
      var pixels =
          Pixels.newBuilder()
              .setViews(views)
              .setSamples(samples)
              .setHeight(height)
              .setWidth(width)
              .setChannels(channels)
              .setPayloadBytes(payload.length)
              .setSha256(digest)
              .setBytes(
                  UnsafeByteOperations.unsafeWrap(
                      payload, from, Math.min(PART, payload.length - from)));
      if (part == 0) {
        Arrays.stream(labels).forEach(pixels::addLabels);
      }
      parts.add(Answers.to(request, build).setPart(part).setParts(count).setPixels(pixels).build());
    }
    return parts;
  }

  /// Of the payload followed by the labels as little-endian int32.
  byte[] sha256() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(payload);
      var tail = ByteBuffer.allocate(Integer.BYTES * labels.length).order(ByteOrder.LITTLE_ENDIAN);
      tail.asIntBuffer().put(labels);
      digest.update(tail);
      return digest.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
