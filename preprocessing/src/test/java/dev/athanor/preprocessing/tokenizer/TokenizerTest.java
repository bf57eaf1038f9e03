package dev.athanor.preprocessing.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Tokenizer BYTES = Tokenizer.load(ByteLevel.bytes());

  @Test
  void aByteIsItsToken() {
    var text = "Zoë\0 <|mask|>\n🦊";

    assertThat(BYTES.ids("Zoë\0")).containsExactly('Z', 'o', 0xC3, 0xAB, 0);
    assertThat(BYTES.text(BYTES.ids(text))).isEqualTo(text);
    assertThat(BYTES.vocabulary()).isEqualTo(259);
    assertThat(BYTES.endOfText()).isEqualTo(256);
    assertThat(BYTES.pad()).isEqualTo(257);
    assertThat(BYTES.unknown()).isNull();
    assertThat(BYTES.mask()).isEqualTo(258);
    assertThat(BYTES.ordinary()).isEqualTo(IntStream.range(0, 256).toArray());
    assertThat(BYTES.token(256)).isEqualTo("<|endoftext|>");
    assertThat(BYTES.isSpecial(258)).isTrue();
    assertThat(BYTES.isSpecial(0)).isFalse();
  }

  @Test
  void aLongTextIsEncodedWhole() {
    assertThat(BYTES.ids("word ".repeat(200_000))).hasSize(1_000_000);
  }

  /// BERT's own form: lower case, word pieces, `[CLS]` and `[SEP]` around a text, a truncation that
  /// is not ours to keep.
  @Test
  void anybodysTokenizerIsFramedAsItSays() {
    var bert = Tokenizer.load(bert());

    assertThat(bert.ids("Hello worlds, unknown")).containsExactly(5, 6, 7, 1, 1);
    assertThat(bert.endOfText()).isEqualTo(3);
    assertThat(bert.pad()).isEqualTo(0);
    assertThat(bert.mask()).isEqualTo(4);
    assertThat(bert.unknown()).isEqualTo(1);
    assertThat(bert.room(8)).isEqualTo(6);
    assertThat(bert.sequence(bert.ids("hello hello hello hello"), 5))
        .containsExactly(2, 5, 5, 5, 3);
    assertThat(bert.sequence(bert.ids("hello"), 5)).containsExactly(2, 5, 3);
    assertThatIllegalArgumentException().isThrownBy(() -> bert.sequence(new int[] {5}, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | not JSON",
        "{\"model\":{\"vocab\":{\"a\":0,\"a\":1}}} | not JSON",
        "{} | no tokens",
        "{\"model\":{\"vocab\":{\"a\":-1}}} | id -1 (expected: 0 to",
        "{\"model\":{\"vocab\":{\"a\":0}}} | (expected: a tokenizer that tokenizers 0",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}} | out of"
            + " vocabulary"
      })
  void whatIsNoTokenizerIsRefused(String file, String reason) {
    assertThatThrownBy(() -> Tokenizer.load(file.getBytes(UTF_8)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining(reason);
  }

  /// The library panics where a regular expression tracks back too far, and takes its process
  /// along: another one carries out the next text.
  @Test
  void aTextOnWhichTheLibraryGivesUpIsRefusedAndTheNextIsNot() {
    var backtracking =
        with(
            "{\"type\": \"BertPreTokenizer\"}",
            "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"(o+)+$\"}, \"behavior\":"
                + " \"Isolated\", \"invert\": false}");
    var tokenizer = Tokenizer.load(backtracking);

    assertThatThrownBy(() -> tokenizer.ids("o".repeat(40) + "!"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("gave up on 41 bytes (expected: a tokenizer that it can carry out)");
    assertThat(tokenizer.ids("world")).containsExactly(6);
    assertThat(tokenizer.text(new int[] {5, 6})).isEqualTo("hello world");
  }

  /// As the kernel does for want of memory: it says nothing of the text.
  @Test
  void aProcessThatIsKilledFromOutsideIsReplaced() throws Exception {
    var process = new Apart();
    process.signal("STOP");
    var ids = process.asked("hello");
    process.signal("KILL");

    assertThat(ids).succeedsWithin(PATIENCE).isEqualTo(new int[] {5});
  }

  @Test
  void oneThatIsKilledAgainAndAgainIsAway() throws Exception {
    var process = new Apart();
    process.signal("STOP");
    var ids = process.asked("hello");
    process.killUntilDone(ids);

    assertThat(ids.exceptionNow())
        .isInstanceOf(TokenizerAwayException.class)
        .hasMessageContaining("ended from outside");
    assertThat(process.tokenizer.ids("world")).containsExactly(6);
  }

  @Test
  void oneThatIsBusyWithTheTextOfAnotherIsAway() throws Exception {
    var process = new Apart();
    process.signal("STOP");
    var ids = process.asked(" ".repeat(6_000_000)); // which has six seconds more
    assertThatThrownBy(() -> process.tokenizer.ids("hello"))
        .isInstanceOf(TokenizerAwayException.class)
        .hasMessageContaining("busy with other texts for 10 s");
    assertThat(ids).isNotDone();
    process.killUntilDone(ids);
  }

  /// A tokenizer in a process of its own, which is known.
  private static final class Apart {
    private final Set<Long> before = pids();
    final Tokenizer tokenizer = Tokenizer.load(with("\"lstrip\": false", "\"lstrip\": true"));

    private static Set<Long> pids() {
      return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    List<ProcessHandle> handles() {
      return ProcessHandle.current()
          .children()
          .filter(child -> !before.contains(child.pid()))
          .toList();
    }

    void signal(String name) throws Exception {
      var pids = handles().stream().map(child -> Long.toString(child.pid())).toList();
      assertThat(pids).hasSize(1);
      assertThat(new ProcessBuilder("kill", "-" + name, pids.getFirst()).start().waitFor())
          .isZero();
    }

    void killUntilDone(CompletableFuture<int[]> ids) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> {
                handles().forEach(ProcessHandle::destroyForcibly);
                return ids.isDone();
              });
    }

    /// Begins to ask, and returns when the text is on its way.
    CompletableFuture<int[]> asked(String text) {
      var ids = new CompletableFuture<int[]>();
      var thread =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      ids.complete(tokenizer.ids(text));
                    } catch (RuntimeException failure) {
                      ids.completeExceptionally(failure);
                    }
                  });
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  Arrays.stream(thread.getStackTrace())
                      .anyMatch(frame -> frame.getMethodName().equals("exchange")));
      return ids;
    }
  }

  /// 10¹² letters of the one that is tried when it is loaded.
  @Test
  void aFileThatFillsTheMemoryIsRefused() {
    var step =
        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"%s\"}"
            .formatted("a".repeat(1000));
    var endless =
        new String(bert(), UTF_8)
            .replaceFirst(
                "(?s)\"normalizer\": \\{.*?}",
                "\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [%s]}"
                    .formatted(String.join(",", Collections.nCopies(4, step))))
            .getBytes(UTF_8);

    assertThatThrownBy(() -> Tokenizer.load(endless))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("gave up on 1 bytes");
  }

  @Test
  void whatAnotherProcessMakesOfATextIsTheSame() {
    var apart = with("\"lstrip\": false", "\"lstrip\": true");
    var text = "Hello [MASK] worlds, naïve 🦊\n" + "hello ".repeat(50_000);

    var there = Tokenizer.load(apart);
    var here = Tokenizer.loadHere(apart);

    assertThat(there.ids(text)).isEqualTo(here.ids(text)).hasSizeGreaterThan(50_000);
    assertThat(there.text(there.ids(text))).isEqualTo(here.text(here.ids(text)));
    assertThat(there.room(8)).isEqualTo(6);
    assertThatThrownBy(() -> Tokenizer.load(with("\"lstrip\": false", "\"lstrip\": 3")))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("(expected: a tokenizer that tokenizers 0");
  }

  private static byte[] with(String instead, String written) {
    return new String(bert(), UTF_8).replace(instead, written).getBytes(UTF_8);
  }

  private static byte[] bert() {
    return """
    {"version": "1.0",
     "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
     "padding": {"strategy": {"Fixed": 16}, "direction": "Right", "pad_to_multiple_of": null,
                 "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
     "added_tokens": [%s],
     "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                    "strip_accents": null, "lowercase": true},
     "pre_tokenizer": {"type": "BertPreTokenizer"},
     "post_processor": {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                  {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
       "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                          "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
     "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
     "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
               "max_input_chars_per_word": 100,
               "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4,
                         "hello": 5, "world": 6, "##s": 7}}}
    """
        .formatted(
            String.join(
                ",",
                added(0, "[PAD]"),
                added(1, "[UNK]"),
                added(2, "[CLS]"),
                added(3, "[SEP]"),
                added(4, "[MASK]")))
        .getBytes(UTF_8);
  }

  private static String added(int id, String content) {
    return """
    {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
     "normalized": false, "special": true}\
    """
        .formatted(id, content);
  }
}
