package dev.athanor.trainer.batch;

/// A batch that is not what its request asked for; asking again may help.
final class Spoilt extends Exception {

  private static final long serialVersionUID = 1;

  Spoilt(String message) {
    super(message);
  }

  static void expect(String what, long is, long expected) throws Spoilt {
    if (is != expected) {
      throw new Spoilt("%s: %d (expected: %d)".formatted(what, is, expected));
    }
  }
}
