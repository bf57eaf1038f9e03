package dev.athanor.preprocessing.tokenizer;

/// A `tokenizer.json` that anybody may have uploaded, as far as Java reads it: the library that
/// carries it out is tried elsewhere. It stands here, and in the package of what it reads, since
/// the tests of `preprocessing` come before the module that fuzzes.
public final class TokenizerFileFuzz {
  private TokenizerFileFuzz() {}

  public static void fuzzerTestOneInput(byte[] json) {
    TokenizerFile file;
    try {
      file = TokenizerFile.read(json);
    } catch (TokenizerException refused) {
      return; // The version is rejected, for this reason.
    }
    for (int id : file.tokens().keySet()) {
      if (id < 0 || id >= file.vocabulary()) {
        throw new IllegalStateException(
            "id: %d (expected: 0 to %d)".formatted(id, file.vocabulary() - 1));
      }
    }
    if (!file.tokens().keySet().containsAll(file.special())) {
      throw new IllegalStateException(
          "special: %s (expected: some of the tokens)".formatted(file.special()));
    }
  }
}
