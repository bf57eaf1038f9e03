package dev.athanor.preprocessing.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// How often each word occurs, words being what GPT-2's pattern cuts a text into. A word is kept as
/// the characters U+0000 to U+00FF that stand for its bytes in UTF-8.
final class WordCounts {
  /// The `ByteLevel` pre-tokenizer's own, whose white space is Unicode's.
  private static final Pattern WORD =
      Pattern.compile(
          "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  /// What is longer is no word, and is counted in pieces.
  private static final int LONGEST = 128;

  private final int most;
  private final Map<String, Long> counts = new HashMap<>();

  /// @param most the most different words that are kept in memory
  WordCounts(int most) {
    this.most = most;
  }

  void add(String document) {
    var words = WORD.matcher(document);
    while (words.find()) {
      var bytes = words.group().getBytes(StandardCharsets.UTF_8);
      for (int from = 0; from < bytes.length; from += LONGEST) {
        int length = Math.min(LONGEST, bytes.length - from);
        counts.merge(new String(bytes, from, length, StandardCharsets.ISO_8859_1), 1L, Long::sum);
      }
      if (counts.size() > most) {
        throw new TokenizerException(
            "documents: more than %d different words (expected: text in words)".formatted(most));
      }
    }
  }

  Map<String, Long> counts() {
    return counts;
  }
}
