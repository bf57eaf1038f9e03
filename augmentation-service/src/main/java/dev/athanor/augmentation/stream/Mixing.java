package dev.athanor.augmentation.stream;

/// Counter-based random numbers: a hash of words, the same on every machine and for ever, because
/// the order of every run rests on it.
final class Mixing {
  private Mixing() {}

  /// 64 well-mixed bits that depend on every word and on their order.
  static long hash(long... words) {
    long state = 0x9e3779b97f4a7c15L;
    for (long word : words) {
      state = avalanche(state ^ avalanche(word + 0x9e3779b97f4a7c15L));
    }
    return state;
  }

  /// SplitMix64's finaliser, Steele et al. 2014, https://doi.org/10.1145/2660193.2660195.
  private static long avalanche(long word) {
    long mixed = (word ^ (word >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
