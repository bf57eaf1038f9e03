package dev.athanor.preprocessing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class BytePairTrainerTest {
  private static final String PROSE =
      "It was the best of times, it was the worst of times, it was the age of wisdom, it was the "
          + "age of foolishness; it's 1859, we'll see: naïve café, Zoë 🦊🦊  \n\n aaaa aaa aaaaa.";

  /// The paper's algorithm as it stands there: count all pairs anew before each merge.
  @Test
  void mergesAreThoseOfTheNaiveAlgorithm() {
    var documents = List.of(PROSE, new StringBuilder(PROSE).reverse().toString(), PROSE.repeat(2));

    assertThat(merges(train(documents, ByteLevel.BASE + 120)))
        .isEqualTo(naive(documents, 120))
        .hasSizeGreaterThan(60);
  }

  @Test
  void randomWordsMergeAsInTheNaiveAlgorithm() {
    var random = new Random(7);
    for (int round = 0; round < 20; round++) {
      var text = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        text.append((char) ('a' + random.nextInt(3))).append(random.nextInt(4) == 0 ? " " : "");
      }
      var documents = List.of(text.toString());
      assertThat(merges(train(documents, ByteLevel.BASE + 40))).isEqualTo(naive(documents, 40));
    }
  }

  @Test
  void theOrderOfTheDocumentsDoesNotMatter() {
    var documents = new ArrayList<>(List.of(PROSE, "other words, other times", "", "\r\n\t ¿?"));
    var file = train(documents, 400);
    Collections.reverse(documents);

    assertThat(train(documents, 400)).isEqualTo(file);
  }

  /// The library reads what we wrote, merges as we did, and gives every text back.
  @Test
  void theLibraryEncodesAsTheMergesSay() {
    var file = train(List.of(PROSE.repeat(2)), ByteLevel.BASE + 60);
    var tokenizer = Tokenizer.load(file);

    assertThat(tokenizer.vocabulary()).isEqualTo(ByteLevel.BASE + 60);
    for (var text : texts().toList()) {
      assertThat(spelt(tokenizer, text)).isEqualTo(naiveEncode(merges(file), text));
      assertThat(tokenizer.text(tokenizer.ids(text))).isEqualTo(text);
    }
  }

  @Test
  void trainingEndsWhereNoPairOccursTwice() {
    assertThat(merges(train(List.of("ab ab"), 1000))).containsExactly("a b");
  }

  @Test
  void whatCannotBeIsRefused() {
    var trainer = new BytePairTrainer();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer.train(ByteLevel.BASE - 1, count -> {}))
        .withMessageContaining("258 (expected: 259 to");
    var counts = new WordCounts(10);
    assertThatThrownBy(() -> counts.add("a b c d e f g h i j k"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("more than 10 different words");
  }

  static Stream<String> texts() {
    var random = new Random(3);
    var wild = random.ints(300, 1, 0x10FFFF).filter(c -> c < 0xD800 || c > 0xDFFF);
    return Stream.of(
        PROSE,
        "it's the age",
        "  two  spaces\n\n\nand lines\r\n",
        "日本語のテキスト",
        "\u0000\u0001",
        wild.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString());
  }

  private static byte[] train(List<String> documents, int vocabulary) {
    var trainer = new BytePairTrainer();
    documents.forEach(trainer::add);
    return trainer.train(vocabulary, count -> {});
  }

  private static List<String> merges(byte[] file) {
    var merges = new ArrayList<String>();
    for (var merge : JsonMapper.shared().readTree(file).path("model").path("merges")) {
      merges.add(merge.asString());
    }
    return merges;
  }

  private static List<List<String>> words(String text) {
    var counts = new WordCounts(1 << 20);
    counts.add(text);
    var words = new ArrayList<List<String>>();
    counts
        .counts()
        .forEach(
            (word, count) -> {
              for (long i = 0; i < count; i++) {
                words.add(new ArrayList<>(word.chars().mapToObj(ByteLevel::spelling).toList()));
              }
            });
    return words;
  }

  private static List<String> naive(List<String> documents, int merges) {
    var words = new ArrayList<List<String>>();
    documents.forEach(document -> words.addAll(words(document)));
    var ids = new HashMap<String, Integer>();
    for (int value = 0; value < 256; value++) {
      ids.put(ByteLevel.spelling(value), value);
    }
    var learnt = new ArrayList<String>();
    while (ids.size() < 256 + merges) {
      var counts = new HashMap<List<String>, Integer>();
      for (var word : words) {
        for (int i = 0; i + 1 < word.size(); i++) {
          counts.merge(List.of(word.get(i), word.get(i + 1)), 1, Integer::sum);
        }
      }
      var best =
          counts.entrySet().stream()
              .filter(pair -> pair.getValue() > 1)
              .min(
                  Map.Entry.<List<String>, Integer>comparingByValue()
                      .reversed()
                      .thenComparing(pair -> ids.get(pair.getKey().get(0)))
                      .thenComparing(pair -> ids.get(pair.getKey().get(1))));
      if (best.isEmpty()) {
        break;
      }
      var pair = best.get().getKey();
      learnt.add(pair.get(0) + " " + pair.get(1));
      ids.putIfAbsent(pair.get(0) + pair.get(1), ids.size() + 3);
      words.forEach(word -> merge(word, pair.get(0), pair.get(1)));
    }
    return learnt;
  }

  private static void merge(List<String> word, String left, String right) {
    for (int i = 0; i + 1 < word.size(); i++) {
      if (word.get(i).equals(left) && word.get(i + 1).equals(right)) {
        word.set(i, left + right);
        word.remove(i + 1);
      }
    }
  }

  /// Each word's merges, the first learnt first.
  private static List<String> naiveEncode(List<String> merges, String text) {
    var encoded = new ArrayList<String>();
    var words =
        Pattern.compile(
                "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                Pattern.UNICODE_CHARACTER_CLASS)
            .matcher(text);
    while (words.find()) {
      var word = new ArrayList<String>();
      for (byte value : words.group().getBytes(StandardCharsets.UTF_8)) {
        word.add(ByteLevel.spelling(value & 0xff));
      }
      for (var merge : merges) {
        var pair = merge.split(" ");
        merge(word, pair[0], pair[1]);
      }
      encoded.addAll(word);
    }
    return encoded;
  }

  private static List<String> spelt(Tokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.ids(text)).mapToObj(tokenizer::token).toList();
  }
}
