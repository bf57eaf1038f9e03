package dev.athanor.preprocessing.tokenizer;

/// Hugging Face's library with one `tokenizer.json`. Safe for many threads. One in a process of its
/// own throws [TokenizerAwayException] where that cannot be had.
interface Library extends AutoCloseable {
  /// @param framed whether with what the tokenizer puts around a text
  /// @throws TokenizerException where the tokenizer cannot spell the text
  int[] encode(String text, boolean framed);

  String decode(int[] ids);

  /// Gives back what is not Java's.
  @Override
  void close();
}
