package dev.athanor.preprocessing.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// Byte pair encoding, Sennrich et al. 2016 (arXiv 1508.07909), algorithm 1, on bytes (Radford et
/// al. 2019, section 2.2): the most frequent pair of neighbouring tokens within words becomes a
/// token of its own, again and again. Of pairs equally frequent the one with the lower left token
/// comes first, then the one with the lower right token, so that the same documents give the same
/// tokenizer, in whichever order they come.
///
/// Counts are kept up to date in place of counting anew: a merge touches the words that hold its
/// pair.
public final class BytePairTrainer {
  /// The most tokens that can be asked for.
  public static final int MOST_TOKENS = 1 << 18;

  private static final int MOST_WORDS = 2_000_000;

  private final WordCounts words = new WordCounts(MOST_WORDS);

  /// Told after each merge, with the number of tokens there are; may throw to end the training.
  @FunctionalInterface
  public interface Watch {
    void tokens(int count);
  }

  /// Counts the words of a document.
  ///
  /// @throws TokenizerException when there are too many different ones
  public void add(String document) {
    words.add(document);
  }

  /// The `tokenizer.json` of the documents so far.
  ///
  /// @param vocabulary how many tokens it is to have, [ByteLevel#BASE] to [#MOST_TOKENS]; it has
  ///   fewer where no pair is left that occurs twice
  public byte[] train(int vocabulary, Watch watch) {
    if (vocabulary < ByteLevel.BASE || vocabulary > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "vocabulary: %d (expected: %d to %d)".formatted(vocabulary, ByteLevel.BASE, MOST_TOKENS));
    }
    var merging = new Merging(words.counts());
    while (ByteLevel.BASE + merging.tokens.size() < vocabulary && merging.mergeNext()) {
      watch.tokens(ByteLevel.BASE + merging.tokens.size());
    }
    return ByteLevel.file(merging.tokens, merging.merges);
  }

  /// A pair that was this frequent when it was queued.
  private record Candidate(long count, int left, int right) {
    static final Comparator<Candidate> FIRST =
        Comparator.comparingLong(Candidate::count)
            .reversed()
            .thenComparingInt(Candidate::left)
            .thenComparingInt(Candidate::right);

    long pair() {
      return (long) left << Integer.SIZE | right;
    }
  }

  /// How often a pair occurs now, and the words that it occurred in.
  private static final class Pair {
    private long count;
    private int[] words = new int[2];
    private int size;

    void add(int word) {
      if (size > 0 && words[size - 1] == word) {
        return;
      }
      if (size == words.length) {
        words = Arrays.copyOf(words, 2 * size);
      }
      words[size++] = word;
    }
  }

  private static final class Merging {
    /// Each word as its tokens, and how often it occurs.
    private final int[][] words;

    private final long[] counts;
    private final Map<Long, Pair> pairs = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>(Candidate.FIRST);
    private final List<String> tokens = new ArrayList<>();
    private final List<String> merges = new ArrayList<>();

    /// Two ways of merging can spell the same token, which is then the same.
    private final Map<String, Integer> ids = new HashMap<>();

    Merging(Map<String, Long> frequencies) {
      this.words = new int[frequencies.size()][];
      this.counts = new long[frequencies.size()];
      int word = 0;
      for (var entry : frequencies.entrySet()) {
        words[word] = entry.getKey().chars().toArray();
        counts[word] = entry.getValue();
        count(word, 1);
        word++;
      }
      pairs.forEach((pair, found) -> offer(pair));
    }

    /// Makes a token of the most frequent pair; false where none occurs twice.
    boolean mergeNext() {
      for (var best = queue.poll(); best != null; best = queue.poll()) {
        var pair = pairs.get(best.pair());
        if (pair == null || pair.count != best.count()) {
          // It became rarer since; where it still occurs it has its turn later.
          offer(best.pair());
        } else if (best.count() < 2) {
          return false;
        } else {
          merge(best.left(), best.right(), pair);
          return true;
        }
      }
      return false;
    }

    private void merge(int left, int right, Pair pair) {
      var spelling = spelling(left) + spelling(right);
      int token =
          ids.computeIfAbsent(
              spelling,
              fresh -> {
                tokens.add(fresh);
                return ByteLevel.BASE + tokens.size() - 1;
              });
      merges.add(spelling(left) + " " + spelling(right));
      for (int i = 0; i < pair.size; i++) {
        int word = pair.words[i];
        var merged = merged(words[word], left, right, token);
        if (merged.length < words[word].length) {
          count(word, -1);
          words[word] = merged;
          count(word, 1);
          offerThoseWith(token, merged);
        }
      }
      pairs.remove((long) left << Integer.SIZE | right);
    }

    private static int[] merged(int[] word, int left, int right, int token) {
      var merged = new int[word.length];
      int length = 0;
      for (int i = 0; i < word.length; i++) {
        boolean here = word[i] == left && i + 1 < word.length && word[i + 1] == right;
        merged[length++] = here ? token : word[i];
        i += here ? 1 : 0;
      }
      return Arrays.copyOf(merged, length);
    }

    private void count(int word, int sign) {
      var symbols = words[word];
      for (int i = 0; i + 1 < symbols.length; i++) {
        var pair =
            pairs.computeIfAbsent(
                (long) symbols[i] << Integer.SIZE | symbols[i + 1], absent -> new Pair());
        pair.count += sign * counts[word];
        if (sign > 0) {
          pair.add(word);
        }
      }
    }

    /// Only pairs with the new token have become more frequent.
    private void offerThoseWith(int token, int[] word) {
      for (int i = 0; i + 1 < word.length; i++) {
        if (word[i] == token || word[i + 1] == token) {
          offer((long) word[i] << Integer.SIZE | word[i + 1]);
        }
      }
    }

    private void offer(long key) {
      var pair = pairs.get(key);
      if (pair != null && pair.count > 0) {
        queue.add(new Candidate(pair.count, (int) (key >>> Integer.SIZE), (int) key));
      }
    }

    private String spelling(int token) {
      return token < ByteLevel.BYTES
          ? ByteLevel.spelling(token)
          : tokens.get(token - ByteLevel.BASE);
    }
  }
}
