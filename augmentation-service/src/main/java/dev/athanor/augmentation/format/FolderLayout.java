package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.error.Problem;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the folders of an archive mean: a root that all images share means nothing, `train` and
/// `test` below it are splits, and the folder below that is the class.
///
/// @param root folders that all images share
/// @param splits whether the folder below the root names the split
/// @param shared folders below the split that all images share again
record FolderLayout(int root, boolean splits, int shared) {
  private static final Map<String, Split> SPLITS =
      Map.of(
          "train", Split.TRAIN,
          "training", Split.TRAIN,
          "test", Split.TEST,
          "testing", Split.TEST,
          "val", Split.TEST,
          "valid", Split.TEST,
          "validation", Split.TEST);

  /// @param folders the distinct folders in which images lie, each as its path
  static FolderLayout of(Set<List<String>> folders) {
    int root = shared(folders, 0, true);
    boolean splits =
        !folders.isEmpty()
            && folders.stream()
                .allMatch(path -> path.size() > root && split(path.get(root)) != null);
    return new FolderLayout(root, splits, splits ? shared(folders, root + 1, false) : 0);
  }

  @Nullable Split split(List<String> folders) {
    return splits ? split(folders.get(root)) : null;
  }

  /// The class's name; null for an image that lies in no class folder.
  @Nullable String label(List<String> folders) {
    int at = root + (splits ? 1 : 0) + shared;
    return folders.size() > at ? folders.get(at) : null;
  }

  boolean hasClasses(Set<List<String>> folders) {
    return folders.stream().anyMatch(path -> label(path) != null);
  }

  /// The split that the caller asked for, which must not contradict the one that the folders name.
  static @Nullable Split agreed(String where, @Nullable Split asked, @Nullable Split named) {
    if (asked != null && named != null && asked != named) {
      throw Problem.unprocessable(
          "%s: lies in a folder for %s, uploaded to %s (expected: the same; upload to \"auto\" to keep the archive's own splits)"
              .formatted(where, named.word(), asked.word()));
    }
    return asked == null ? named : asked;
  }

  /// The split that a file's own name says: `train` of `train.csv`, `test` of `wiki.test.raw`.
  static @Nullable Split named(String file) {
    for (var part : file.split("\\.")) {
      var split = part.equalsIgnoreCase("dev") ? Split.TEST : split(part);
      if (split != null) {
        return split;
      }
    }
    return null;
  }

  private static @Nullable Split split(String folder) {
    return SPLITS.get(folder.toLowerCase(Locale.ROOT));
  }

  /// How many folders from `from` on all paths share; a folder that names a split ends the root.
  private static int shared(Collection<List<String>> folders, int from, boolean stopAtSplit) {
    int depth = from;
    while (true) {
      int at = depth;
      var steps = new LinkedHashSet<String>();
      boolean all =
          folders.stream().allMatch(path -> path.size() > at && steps.add(path.get(at)) | true);
      if (!all || steps.size() != 1 || (stopAtSplit && split(steps.getFirst()) != null)) {
        return depth - from;
      }
      depth++;
    }
  }
}
