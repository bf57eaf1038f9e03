package dev.athanor.augmentation.stream;

import dev.athanor.augmentation.dataset.ReadyDataset;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.SampleReader;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.augmentation.token.TokenIndexes;
import dev.athanor.augmentation.view.TokenViews;
import dev.athanor.augmentation.view.Views;
import dev.athanor.contracts.batch.AugmentationSpec.KindCase;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageDecoder;

/// Finds out what a request asks for. Safe for many threads.
final class BatchMaker {
  private final SampleReader reader;
  private final TokenIndexes indexes;
  private final DrawnOrders drawn = new DrawnOrders();
  private final ImageDecoder decoder;
  private final long largest;

  /// @param largest the most bytes of a batch
  BatchMaker(SampleReader reader, TokenIndexes indexes, ImageDecoder decoder, long largest) {
    this.reader = reader;
    this.indexes = indexes;
    this.decoder = decoder;
    this.largest = largest;
  }

  /// Checks a request against its dataset; what does not fit is an unprocessable problem, and
  /// tokens that are not there yet are a conflict.
  Order order(BatchRequest request, ReadyDataset dataset) {
    return TokenViews.asks(request.getSpec()) ? tokens(request, dataset) : pixels(request, dataset);
  }

  private Order pixels(BatchRequest request, ReadyDataset dataset) {
    var views = Views.of(request.getSpec());
    require(dataset, Manifest.Kind.IMAGE);
    var split = dataset.split(Split.of(request.getSplit()));
    var rows = new BatchPlan.Rows(split.samples(), split.chunk(), dataset.manifest().window());
    boolean ordered = request.getSpec().getKindCase() == KindCase.EVALUATION;
    var order = drawn.of(request, dataset.manifest(), rows.samples(), split);
    var plan = BatchPlan.of(request, rows, order, ordered);
    check((long) views.count() * plan.samples().length * views.bytes(), views.count(), plan);
    return new PixelOrder(request, split, plan, views, reader, decoder);
  }

  private Order tokens(BatchRequest request, ReadyDataset dataset) {
    require(dataset, Manifest.Kind.TEXT);
    var which = Split.of(request.getSplit());
    var index = indexes.open(dataset, TokenViews.tokenizer(request.getSpec()));
    var views = TokenViews.of(request.getSpec(), index.tokenizer());
    var split = dataset.split(which);
    var tokens = index.split(which);
    long count = views.rows(tokens.documents(), tokens.tokens());
    var rows =
        views.packed()
            ? new BatchPlan.Rows(count, TokenOrder.CHUNK, TokenOrder.window(views.length()))
            : new BatchPlan.Rows(count, split.chunk(), dataset.manifest().window());
    var order = drawn.of(request, dataset.manifest(), count, views.packed() ? null : split);
    var plan = BatchPlan.of(request, rows, order, views.ordered());
    check(TokenOrder.bytes(plan.samples().length, views), 1, plan);
    return new TokenOrder(request.getSeed(), split, tokens, plan, views);
  }

  private static void require(ReadyDataset dataset, Manifest.Kind kind) {
    if (dataset.manifest().kind() != kind) {
      throw Problem.unprocessable(
          "dataset: %s version %d: kind %s (expected: %s, as the spec's views are)"
              .formatted(
                  dataset.manifest().dataset(),
                  dataset.manifest().version(),
                  dataset.manifest().kind().word(),
                  kind.word()));
    }
  }

  private void check(long bytes, int views, BatchPlan plan) {
    if (bytes > largest) {
      throw Problem.unprocessable(
          "batch: %d views of %d samples, %d bytes (expected: at most %d)"
              .formatted(views, plan.samples().length, bytes, largest));
    }
  }
}
