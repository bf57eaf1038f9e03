package dev.athanor.augmentation.format;

/// Text that databases and manifests can hold.
public final class Storable {
  private Storable() {}

  /// Whether there are neither control characters nor halves of surrogate pairs in it.
  public static boolean isStorable(String text) {
    return text.codePoints()
        .noneMatch(
            point ->
                Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE);
  }
}
