package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Where an entry of an archive stands: the folders above it, then its own name.
record EntryPath(List<String> folders, String file) {
  private static final int LONGEST = 1024;
  private static final Set<String> IMAGES =
      Set.of(
          "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "ppm", "pgm");

  /// Reads an entry's name. A path that leads out of the archive is refused: nothing is ever
  /// written under these names, but an archive that tries is not one to trust.
  static EntryPath of(String archive, String name) {
    if (name.length() > LONGEST) {
      throw Problem.unprocessable(
          "%s: entry %s: a path of %d characters (expected: at most %d)"
              .formatted(archive, Problem.quote(name), name.length(), LONGEST));
    }
    var path = new ArrayList<String>();
    for (var step : name.split("/", -1)) {
      if (step.equals("..") || step.indexOf('\\') >= 0 || step.indexOf('\0') >= 0) {
        throw leaves(archive, name);
      }
      if (!step.isEmpty() && !step.equals(".")) {
        path.add(step);
      }
    }
    if (name.startsWith("/") || path.isEmpty() || name.matches("[A-Za-z]:.*")) {
      throw leaves(archive, name);
    }
    return new EntryPath(List.copyOf(path.subList(0, path.size() - 1)), path.getLast());
  }

  /// What packers and file managers leave behind.
  boolean hidden() {
    return file.startsWith(".")
        || file.equalsIgnoreCase("Thumbs.db")
        || file.equalsIgnoreCase("desktop.ini")
        || folders.stream().anyMatch(folder -> folder.startsWith(".") || folder.equals("__MACOSX"));
  }

  /// Whether the name promises a picture, of a kind that we read or not.
  boolean namesImage() {
    return IMAGES.contains(extension());
  }

  /// What follows the last dot, in lower case; empty without a dot.
  String extension() {
    int dot = file.lastIndexOf('.');
    return dot < 0 ? "" : file.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /// The path up to the first dot of the file's name: what the files of one WebDataset sample
  /// share.
  String key() {
    int dot = file.indexOf('.');
    var stem = dot < 0 ? file : file.substring(0, dot);
    return String.join("/", folders) + "/" + stem;
  }

  private static Problem leaves(String archive, String name) {
    return Problem.unprocessable(
        "%s: entry %s: not a path inside the archive (expected: relative, without \"..\")"
            .formatted(archive, Problem.quote(name)));
  }
}
