package dev.athanor.trainer.dataset;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.spec.Medium;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.RunInput;
import dev.athanor.trainer.spec.RunSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A version of a data set as it was when a run was created; versions are immutable, so it stays
/// so.
///
/// @param image null for texts
/// @param classes empty where there are no labels
/// @param mean of the training split, 0..1, one a channel; none for texts
/// @param tokenizer that a run reads texts by; null for images, and until a run is created
/// @param splits `train` and `test`
public record DatasetFacts(
    String dataset,
    int version,
    String state,
    @Nullable ImageSize image,
    List<String> classes,
    List<Double> mean,
    List<Double> std,
    Map<String, Split> splits,
    @Nullable TokenizerFacts tokenizer) {

  static final String READY = "READY";
  private static final int USUAL_VIEW_SIZE = 224;

  public DatasetFacts {
    mean = mean == null ? List.of() : List.copyOf(mean);
    std = std == null ? List.of() : List.copyOf(std);
  }

  /// @param height null where the images differ in size
  /// @param channels 1 or 3
  public record ImageSize(@Nullable Integer height, @Nullable Integer width, int channels) {}

  /// @param labelled how many of the samples have a label
  public record Split(int samples, int labelled) {}

  public Medium medium() {
    return image == null ? Medium.TEXTS : Medium.IMAGES;
  }

  /// The same version, read by a tokenizer.
  public DatasetFacts readBy(TokenizerFacts by) {
    return new DatasetFacts(dataset, version, state, image, classes, mean, std, splits, by);
  }

  /// What the networks of a run of `spec` read of it.
  ///
  /// @param parent the published encoder that the run goes on from, whose channels its views have;
  ///   null where it goes on from none
  public RunInput input(RunSpec spec, @Nullable PublishedEncoder parent) {
    if (image != null) {
      return new RunInput.Pixels(
          parent == null ? image.channels() : parent.images().channels(),
          Objects.requireNonNull(spec.augmentation(), "augmentation"));
    }
    var by = Objects.requireNonNull(tokenizer, "tokenizer");
    var context = Objects.requireNonNull(spec.text(), "text").context();
    return new RunInput.Tokens(
        by.reference(), by.vocabulary(), Objects.requireNonNull(context, "context"));
  }

  /// Height and width of a view where the caller names none: the images' own where they are square
  /// and alike, else ImageNet's usual 224.
  public int usualViewSize() {
    return image != null && image.height() != null && image.height().equals(image.width())
        ? image.height()
        : USUAL_VIEW_SIZE;
  }

  /// Of a split that there is not: no samples.
  public Split split(String name) {
    return splits.getOrDefault(name, new Split(0, 0));
  }

  /// Refuses what an encoder cannot read. Grey images can be read as RGB, and not the other way
  /// round.
  ///
  /// @throws Problem naming both
  public void requireReadableBy(PublishedEncoder encoder) {
    if (medium() != encoder.medium()) {
      throw Problem.unprocessable(
          "dataset: %s version %d holds %s, and %s reads %s (expected: a data set of %5$s)"
              .formatted(
                  dataset, version, medium().word(), encoder.reference(), encoder.medium().word()));
    }
    if (image != null && encoder.images().channels() < image.channels()) {
      throw Problem.unprocessable(
          "dataset: %s version %d has images of %d channels, and %s reads %d (expected: grey images, or an encoder of RGB ones)"
              .formatted(
                  dataset,
                  version,
                  image.channels(),
                  encoder.reference(),
                  encoder.images().channels()));
    }
  }

  /// Whether encoders can be judged by labels.
  public boolean judgeable() {
    return classes.size() >= 2
        && split("train").labelled() == split("train").samples()
        && split("test").labelled() == split("test").samples()
        && split("test").samples() > 0;
  }
}
