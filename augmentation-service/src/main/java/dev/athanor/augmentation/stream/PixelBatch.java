package dev.athanor.augmentation.stream;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.Pixels;
import java.util.Arrays;

/// Images' views and labels.
///
/// @param payload `(views, samples, height, width, channels)`
/// @param labels one a sample, or none at all
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record PixelBatch(
    int views, int samples, int height, int width, int channels, byte[] payload, int[] labels)
    implements MadeBatch {

  @Override
  public int[] numbers() {
    return labels;
  }

  @Override
  public void write(Batch.Builder into, ByteString sha256, ByteString bytes, boolean first) {
    var pixels =
        Pixels.newBuilder()
            .setViews(views)
            .setSamples(samples)
            .setHeight(height)
            .setWidth(width)
            .setChannels(channels)
            .setPayloadBytes(payload.length)
            .setSha256(sha256)
            .setBytes(bytes);
    if (first) {
      Arrays.stream(labels).forEach(pixels::addLabels);
    }
    into.setPixels(pixels);
  }
}
