package dev.athanor.trainer.batch;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.EvaluationView;
import dev.athanor.contracts.batch.RandomViews;
import dev.athanor.contracts.batch.ViewAugmentation;
import dev.athanor.trainer.peer.PatternBatches;

/// Streams of 8×8 grey images, four samples a batch.
final class TestStreams {
  static final Asker ASKER = new Asker("run-1", 7, PatternBatches.BUILD);
  static final long BATCH_BYTES = 2 * 4 * 8 * 8;

  private TestStreams() {}

  static StreamSpec train(long first, long end) {
    var views =
        RandomViews.newBuilder()
            .addViews(ViewAugmentation.getDefaultInstance())
            .addViews(ViewAugmentation.getDefaultInstance());
    return stream("train", size().setRandom(views).build(), 40, first, end);
  }

  /// Of so many samples.
  static StreamSpec evaluation(int samples) {
    return stream(
        "evaluate-test",
        size().setEvaluation(EvaluationView.getDefaultInstance()).build(),
        samples,
        0,
        Math.ceilDiv(samples, 4));
  }

  private static AugmentationSpec.Builder size() {
    return AugmentationSpec.newBuilder().setHeight(8).setWidth(8).setChannels(1);
  }

  private static StreamSpec stream(
      String name, AugmentationSpec augmentation, int samples, long first, long end) {
    return new StreamSpec(
        name, "patterns", 1, "train", null, augmentation, 3, 4, samples, first, end);
  }
}
