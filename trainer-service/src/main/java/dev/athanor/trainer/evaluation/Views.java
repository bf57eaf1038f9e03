package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.Selection;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.augmentation.Range;
import dev.athanor.platform.augmentation.ViewSettings;
import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.dataset.TokenCounts;
import dev.athanor.trainer.job.ViewRows;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.RunInput;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How samples of a data set become what an encoder reads.
///
/// @param tokens of the data set; null for images, and where only its documents are looked at
/// @param build of the augmenter that makes them; null before the first batch
record Views(
    DatasetFacts dataset, RunInput input, @Nullable TokenCounts tokens, @Nullable String build) {

  /// Crop, flip, brightness and contrast; no hue, no grey, no blur.
  private static final ViewSettings WEAK =
      new ViewSettings(
          new ViewSettings.Crop(new Range(0.3, 1), new Range(3 / 4.0, 4 / 3.0)),
          0.5,
          new ViewSettings.ColourJitter(1, 0.4, 0.4, 0, 0),
          0,
          new ViewSettings.Blur(0, new Range(0.1, 2), 0),
          new ViewSettings.Solarise(0, 128));

  static Views of(Run run, Plan plan) {
    return new Views(run.dataset(), run.input(), plan.tokens(), plan.augmenterBuild());
  }

  /// Of images or documents, as a published encoder reads them.
  ///
  /// @param dataset where it holds texts, read by the encoder's tokenizer
  static Views of(DatasetFacts dataset, PublishedEncoder encoder, @Nullable String build) {
    return new Views(dataset, input(dataset, encoder), null, build);
  }

  private static RunInput input(DatasetFacts dataset, PublishedEncoder encoder) {
    return switch (encoder.input()) {
      case PublishedEncoder.Images images ->
          new RunInput.Pixels(
              images.channels(), new AugmentationSettings(images.size(), WEAK, null));
      case PublishedEncoder.Texts texts ->
          new RunInput.Tokens(
              Objects.requireNonNull(dataset.tokenizer(), "tokenizer").reference(),
              texts.vocabulary(),
              texts.context());
    };
  }

  int samples(String split) {
    return dataset.split(split).samples();
  }

  /// How many rows `view` has in the split.
  int rows(AugmentationSpec view, String split) {
    return ViewRows.of(view, dataset, split, tokens);
  }

  /// The one deterministic view of each sample, with its label.
  AugmentationSpec evaluation() {
    return switch (input) {
      case RunInput.Pixels pixels -> pixels.evaluation();
      case RunInput.Tokens tokens -> tokens.sequences(tokens.context(), false);
    };
  }

  /// What needs no labels to be looked at: the same, but where a data set of texts has no labels,
  /// blocks of its tokens, for it may have one document only.
  AugmentationSpec unlabelled() {
    return switch (input) {
      case RunInput.Tokens tokens when !dataset.judgeable() ->
          tokens.blocks(tokens.context(), true);
      case RunInput.Tokens _, RunInput.Pixels _ -> evaluation();
    };
  }

  /// What labels are learnt from: one weakly augmented view of each image, as supervised training
  /// wants it, or each text as it is.
  AugmentationSpec labelled() {
    return switch (input) {
      case RunInput.Pixels pixels ->
          new AugmentationSettings(pixels.size(), WEAK, null).toProto(pixels.channels(), 1, true);
      case RunInput.Tokens tokens -> tokens.sequences(tokens.context(), true);
    };
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
