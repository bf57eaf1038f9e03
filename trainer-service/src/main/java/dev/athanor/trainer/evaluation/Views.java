package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.Selection;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.spec.PublishedEncoder;
import org.jspecify.annotations.Nullable;

/// How samples of a data set become what an encoder reads.
///
/// @param channels of a view: 1 or 3
/// @param size height and width of a view
/// @param build of the augmenter that makes them; null before the first batch
record Views(DatasetFacts dataset, int channels, int size, @Nullable String build) {

  static Views of(DatasetFacts dataset, PublishedEncoder encoder, @Nullable String build) {
    return new Views(dataset, encoder.channels(), encoder.size(), build);
  }

  int samples(String split) {
    return dataset.split(split).samples();
  }

  /// One deterministic view a sample.
  AugmentationSpec evaluation() {
    return AugmentationSettings.evaluation(size, channels);
  }

  /// A stream of views from its first batch on.
  ///
  /// @param name that tells it apart from every other stream of its asker, so that late answers to
  ///   one are not taken for another's
  StreamSpec stream(
      String name,
      String split,
      @Nullable Selection selection,
      AugmentationSpec view,
      long seed,
      int batch,
      int samples,
      long batches) {
    return new StreamSpec(
        name,
        dataset.dataset(),
        dataset.version(),
        split,
        selection,
        view,
        seed,
        batch,
        samples,
        0,
        batches);
  }
}
