package dev.athanor.trainer.spec;

import org.jspecify.annotations.Nullable;

/// How many labels a classifier gets: a fraction of those that there are, or so many a class. They
/// are drawn from a seed with the classes taking turns, so that with one seed a smaller share lies
/// within a larger one.
///
/// @param fraction in (0, 1]; null where `perClass` says it
/// @param perClass a class that has fewer leaves its turns to the others
public record LabelShare(@Nullable Double fraction, @Nullable Integer perClass) {
  public LabelShare {
    if (fraction != null) {
      Checks.that(fraction > 0 && fraction <= 1, "labels", fraction, "> 0 and <= 1");
    }
    if (perClass != null) {
      Checks.atLeast(1, "perClass", perClass);
    }
    if ((fraction == null) == (perClass == null)) {
      throw new IllegalArgumentException(
          "labels, perClass: %s, %s (expected: exactly one)".formatted(fraction, perClass));
    }
  }

  public static LabelShare of(double fraction) {
    return new LabelShare(fraction, null);
  }

  public static LabelShare perClass(int labels) {
    return new LabelShare(null, labels);
  }

  /// Of so many labelled samples; a fraction is one a class at least.
  ///
  /// @throws IllegalArgumentException naming `perClass`, where there are not as many
  public int count(int labelled, int classes) {
    if (fraction != null) {
      int least = Math.min(labelled, classes);
      return (int) Math.clamp(Math.round(fraction * labelled), least, labelled);
    }
    long count = perClass == null ? 0 : (long) perClass * classes;
    Checks.that(
        count <= labelled,
        "perClass",
        perClass,
        "<= %d, for %d classes have %d labels".formatted(labelled / classes, classes, labelled));
    return (int) count;
  }

  /// As it is read: `1 %`, or `10 a class`.
  @Override
  public String toString() {
    return fraction == null
        ? perClass + " a class"
        : "%s %%"
            .formatted(Double.toString(Math.round(fraction * 1e6) / 1e4).replaceAll("\\.0$", ""));
  }
}
