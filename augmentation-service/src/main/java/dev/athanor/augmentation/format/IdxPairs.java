package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Brings files of images and files of labels together.
final class IdxPairs {
  private IdxPairs() {}

  /// Pairs within each split: a single file of labels belongs to the single file of images, and of
  /// several each belongs to the one whose name has `images` where it has `labels`.
  static List<IdxReader.Pair> of(List<StagedFile> files, Limits limits) {
    var images = new ArrayList<StagedFile>();
    var labels = new ArrayList<StagedFile>();
    for (var file : files) {
      boolean isLabels = new IdxInput(file.blob(), limits).shape().length == 1;
      (isLabels ? labels : images).add(new StagedFile(split(file), file.blob()));
    }
    if (images.isEmpty()) {
      throw Problem.unprocessable(
          "%s: labels without images (expected: a file of images beside it)"
              .formatted(labels.getFirst().blob().name()));
    }
    var pairs = new ArrayList<IdxReader.Pair>();
    for (var image : images) {
      var own = labels.stream().filter(label -> belongs(label, image, images)).toList();
      if (own.size() > 1) {
        throw Problem.unprocessable(
            "%s: both %s and %s are labels for it (expected: one)"
                .formatted(
                    image.blob().name(), own.get(0).blob().name(), own.get(1).blob().name()));
      }
      labels.removeAll(own);
      pairs.add(
          new IdxReader.Pair(
              image.split(), image.blob(), own.isEmpty() ? null : own.getFirst().blob()));
    }
    if (!labels.isEmpty()) {
      throw Problem.unprocessable(
          "%s: labels of no file of images (expected: one of the same split, its name with \"images\" in place of \"labels\")"
              .formatted(labels.getFirst().blob().name()));
    }
    return pairs;
  }

  private static boolean belongs(StagedFile label, StagedFile image, List<StagedFile> images) {
    if (label.split() != image.split()) {
      return false;
    }
    long inSplit = images.stream().filter(other -> other.split() == image.split()).count();
    return inSplit == 1 || stem(label).equals(stem(image));
  }

  /// A name without the words by which the two files of a pair differ:
  /// `train-images-idx3-ubyte.gz`, `train-labels-idx1-ubyte.gz`.
  private static String stem(StagedFile file) {
    return file.blob()
        .name()
        .toLowerCase(Locale.ROOT)
        .replaceAll("images|labels|image|label", "")
        .replaceAll("idx\\d", "")
        .replaceAll("\\.gz$", "");
  }

  /// MNIST calls its test split `t10k`.
  private static Split split(StagedFile file) {
    if (file.split() != null) {
      return file.split();
    }
    var name = file.blob().name().toLowerCase(Locale.ROOT);
    return name.contains("t10k") || name.contains("test") ? Split.TEST : Split.TRAIN;
  }
}
