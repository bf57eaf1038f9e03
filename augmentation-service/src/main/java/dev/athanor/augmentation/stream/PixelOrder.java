package dev.athanor.augmentation.stream;

import dev.athanor.augmentation.shard.SampleReader;
import dev.athanor.augmentation.shard.StoredSplit;
import dev.athanor.augmentation.view.Views;
import dev.athanor.contracts.batch.AugmentationSpec.KindCase;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.preprocessing.ImageDecoder;
import java.util.stream.LongStream;

/// A batch of images' views.
record PixelOrder(
    BatchRequest request,
    StoredSplit split,
    BatchPlan plan,
    Views views,
    SampleReader reader,
    ImageDecoder decoder)
    implements Order {

  @Override
  public int bytes() {
    return views.count() * plan.samples().length * views.bytes();
  }

  @Override
  public MadeBatch make() {
    var numbers = plan.samples();
    var payload = new byte[bytes()];
    var labels = new int[labelled() ? numbers.length : 0];
    readAhead();
    for (int i = 0; i < numbers.length; i++) {
      var image = decoder.decode(reader.sample(split, numbers[i]), views.channels());
      for (int v = 0; v < views.count(); v++) {
        int at = (v * numbers.length + i) * views.bytes();
        views.render(image, request.getSeed(), plan.epoch(), numbers[i], v, payload, at);
      }
      if (labels.length > 0) {
        labels[i] = split.label(numbers[i]);
      }
    }
    return new PixelBatch(
        views.count(),
        numbers.length,
        views.height(),
        views.width(),
        views.channels(),
        payload,
        labels);
  }

  /// A window's chunks are read together where they fit into the cache, because the next batches
  /// want them too; else only those that this batch needs, or where even they do not fit none.
  private void readAhead() {
    if (!reader.readAhead(split, LongStream.of(plan.chunks()))) {
      reader.readAhead(split, LongStream.of(plan.samples()).map(sample -> sample / split.chunk()));
    }
  }

  private boolean labelled() {
    return request.getSpec().getKindCase() == KindCase.EVALUATION
        || request.getSpec().getRandom().getLabels();
  }
}
