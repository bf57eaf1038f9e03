package dev.athanor.augmentation.stream;

import dev.athanor.augmentation.dataset.ReadyDataset;
import dev.athanor.augmentation.shard.SampleReader;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.augmentation.shard.StoredSplit;
import dev.athanor.augmentation.view.Views;
import dev.athanor.contracts.batch.AugmentationSpec.KindCase;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageDecoder;
import java.util.stream.LongStream;

/// Makes batches. Safe for many threads.
final class BatchMaker {
  private final SampleReader reader;
  private final ImageDecoder decoder;
  private final long largest;

  /// @param largest the most bytes of a batch
  BatchMaker(SampleReader reader, ImageDecoder decoder, long largest) {
    this.reader = reader;
    this.decoder = decoder;
    this.largest = largest;
  }

  /// A batch that can be made, so that its size is known before memory is taken for it.
  record Order(
      BatchRequest request, ReadyDataset dataset, StoredSplit split, BatchPlan plan, Views views) {
    int bytes() {
      return views.count() * plan.samples().length * views.bytes();
    }
  }

  /// Checks a request against its dataset; what does not fit is an unprocessable problem.
  Order order(BatchRequest request, ReadyDataset dataset) {
    var split = dataset.split(Split.of(request.getSplit()));
    var views = Views.of(request.getSpec());
    var plan = BatchPlan.of(request, split, dataset.manifest().window());
    long bytes = (long) views.count() * plan.samples().length * views.bytes();
    if (bytes > largest) {
      throw Problem.unprocessable(
          "batch: %d views of %d samples, %d bytes (expected: at most %d)"
              .formatted(views.count(), plan.samples().length, bytes, largest));
    }
    return new Order(request, dataset, split, plan, views);
  }

  MadeBatch make(Order order) {
    var views = order.views();
    var numbers = order.plan().samples();
    var payload = new byte[order.bytes()];
    var labels = new int[labelled(order.request()) ? numbers.length : 0];
    var held = read(order);
    for (int i = 0; i < numbers.length; i++) {
      var image = decoder.decode(held.sample(numbers[i]), views.channels());
      for (int v = 0; v < views.count(); v++) {
        int at = (v * numbers.length + i) * views.bytes();
        views.render(
            image, order.request().getSeed(), order.plan().epoch(), numbers[i], v, payload, at);
      }
      if (labels.length > 0) {
        labels[i] = order.split().label(numbers[i]);
      }
    }
    return new MadeBatch(
        views.count(),
        numbers.length,
        views.height(),
        views.width(),
        views.channels(),
        payload,
        labels);
  }

  /// A window's chunks are read together where they fit into the cache, because the next batches
  /// want them too; else only those that this batch needs.
  private SampleReader.Samples read(Order order) {
    var split = order.split();
    var ahead = order.plan().chunks();
    if (reader.holds(split, ahead)) {
      return reader.read(split, LongStream.of(ahead));
    }
    return reader.read(
        split, LongStream.of(order.plan().samples()).map(sample -> sample / split.chunk()));
  }

  private static boolean labelled(BatchRequest request) {
    return request.getSpec().getKindCase() == KindCase.EVALUATION
        || request.getSpec().getRandom().getLabels();
  }
}
