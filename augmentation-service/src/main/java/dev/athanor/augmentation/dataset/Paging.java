package dev.athanor.augmentation.dataset;

import dev.athanor.platform.error.Problem;

/// Bounds of pages.
final class Paging {
  private Paging() {}

  static int check(int limit, int most) {
    if (limit < 1 || limit > most) {
      throw Problem.badRequest("limit: %d (expected: 1..%d)".formatted(limit, most));
    }
    return limit;
  }
}
