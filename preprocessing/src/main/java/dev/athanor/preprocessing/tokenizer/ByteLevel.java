package dev.athanor.preprocessing.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The `tokenizer.json` of byte-level tokenizers as in Radford et al. 2019, section 2.2: every text
/// is bytes, so nothing is unknown and decoding gives back what was encoded.
///
/// Token 0 to 255 is the byte, then come [#END_OF_TEXT], [#PAD] and [#MASK], then the merges in the
/// order in which they were learnt.
public final class ByteLevel {
  public static final String END_OF_TEXT = "<|endoftext|>";
  public static final String PAD = "<|pad|>";
  public static final String MASK = "<|mask|>";

  static final int BYTES = 256;
  static final List<String> SPECIAL = List.of(END_OF_TEXT, PAD, MASK);

  /// Tokens before the first merge.
  public static final int BASE = BYTES + SPECIAL.size();

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String[] SPELLINGS = spellings();

  private ByteLevel() {}

  /// The built-in tokenizer: bytes and special tokens, no merges.
  public static byte[] bytes() {
    return file(List.of(), List.of());
  }

  /// @param tokens what each token after the special ones spells
  /// @param merges pairs of tokens that become one, the first learnt first
  static byte[] file(List<String> tokens, List<String> merges) {
    var file = JSON.createObjectNode().put("version", "1.0");
    file.putNull("truncation");
    file.putNull("padding");
    var added = file.putArray("added_tokens");
    for (int i = 0; i < SPECIAL.size(); i++) {
      special(added.addObject(), BYTES + i, SPECIAL.get(i));
    }
    file.putNull("normalizer");
    byteLevel(file.putObject("pre_tokenizer"), !merges.isEmpty());
    file.putNull("post_processor");
    byteLevel(file.putObject("decoder"), true);
    var model = file.putObject("model").put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    var vocabulary = model.putObject("vocab");
    for (int value = 0; value < BYTES; value++) {
      vocabulary.put(SPELLINGS[value], value);
    }
    for (int i = 0; i < SPECIAL.size(); i++) {
      vocabulary.put(SPECIAL.get(i), BYTES + i);
    }
    for (int i = 0; i < tokens.size(); i++) {
      vocabulary.put(tokens.get(i), BASE + i);
    }
    var list = model.putArray("merges");
    merges.forEach(list::add);
    return JSON.writeValueAsString(file).getBytes(StandardCharsets.UTF_8);
  }

  /// How a byte is spelt in the vocabulary.
  static String spelling(int value) {
    return SPELLINGS[value];
  }

  private static void special(ObjectNode token, int id, String content) {
    token
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  /// @param words whether the text is cut into words, which merges do not cross
  private static void byteLevel(ObjectNode step, boolean words) {
    step.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", words);
  }

  /// GPT-2's alphabet: bytes that are printable in Latin-1 spell themselves, the others the
  /// characters from 256 on, in their order.
  private static String[] spellings() {
    var spellings = new String[BYTES];
    int next = BYTES;
    for (int value = 0; value < BYTES; value++) {
      boolean printable =
          (value >= '!' && value <= '~')
              || (value >= 0xA1 && value <= 0xAC)
              || (value >= 0xAE && value <= 0xFF);
      spellings[value] = String.valueOf((char) (printable ? value : next++));
    }
    return spellings;
  }
}
