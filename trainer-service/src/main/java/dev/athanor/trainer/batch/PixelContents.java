package dev.athanor.trainer.batch;

import static dev.athanor.trainer.batch.Spoilt.expect;

import dev.athanor.contracts.batch.Batch;
import dev.athanor.learning.batch.ImageBatch;
import org.jspecify.annotations.Nullable;

/// Views of images; the numbers are labels.
record PixelContents(StreamSpec spec) implements Contents {

  @Override
  public Piece piece(Batch part) throws Spoilt {
    var pixels = part.getPixels();
    var wanted = spec.augmentation();
    expect("views", pixels.getViews(), spec.views());
    expect("samples", pixels.getSamples(), spec.samplesOf(part.getIndex()));
    expect("height", pixels.getHeight(), wanted.getHeight());
    expect("width", pixels.getWidth(), wanted.getWidth());
    expect("channels", pixels.getChannels(), wanted.getChannels());
    if (part.getPart() == 0 && spec.labels()) {
      expect("labels", pixels.getLabelsCount(), pixels.getSamples());
    }
    return new Piece(
        pixels.getPayloadBytes(),
        pixels.getSha256(),
        pixels.getBytes(),
        pixels.getLabelsList().stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  @SuppressWarnings("NullAway") // a record's class file does not say that the labels may be null
  public ImageBatch batch(int samples, byte[] payload, int[] numbers) {
    var view = spec.augmentation();
    return new ImageBatch(
        spec.views(),
        samples,
        view.getHeight(),
        view.getWidth(),
        view.getChannels(),
        payload,
        orNull(numbers));
  }

  private static int @Nullable [] orNull(int[] labels) {
    return labels.length == 0 ? null : labels;
  }
}
