package dev.athanor.preprocessing.tokenizer;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Tells the files of which every part takes time and memory in proportion to the text, whatever
/// text it is. In others the library may panic and take its process along: its regular expressions
/// do where they track back ten million times, its tables of characters where they point outside
/// themselves; steps that make a text longer may, one after another, fill any memory.
///
/// What is not known here is not said to be harmless.
final class Harmless {
  /// Each once at most, or once with the same words: some of them make a text longer.
  private static final Set<String> PARTS =
      Set.of(
          "BertNormalizer",
          "BertPreTokenizer",
          "BertProcessing",
          "BPEDecoder",
          "ByteFallback",
          "ByteLevel",
          "Digits",
          "Fuse",
          "Lowercase",
          "Metaspace",
          "NFC",
          "NFD",
          "NFKC",
          "NFKD",
          "Punctuation",
          "RobertaProcessing",
          "Sequence",
          "Split",
          "StripAccents",
          "TemplateProcessing",
          "Whitespace",
          "WhitespaceSplit",
          "WordPiece");

  /// How published models cut a text into words: of GPT-4 (cl100k), Llama 3, Qwen 2 and GPT-4o. No
  /// branch repeats without bound more than twice, and what follows the second cannot fail but
  /// once.
  private static final Set<String> WORDS =
      Set.of(
          "\\p{N}{1,3}",
          "\\p{N}",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

  private static final int LONGEST_AFFIX = 16;
  private static final int LONGEST_WORD = 200;

  private final Set<String> seen = new HashSet<>();

  private Harmless() {}

  static boolean is(JsonNode file) {
    return new Harmless().part(file.path("normalizer"))
        && new Harmless().part(file.path("pre_tokenizer"))
        && new Harmless().part(file.path("post_processor"))
        && new Harmless().part(file.path("decoder"))
        && model(file.path("model"))
        && file.path("added_tokens").valueStream().allMatch(Harmless::added);
  }

  private boolean part(JsonNode part) {
    if (part.isNull() || part.isMissingNode()) {
      return true;
    }
    var type = part.path("type").asString("");
    var words = part.path("pattern").path("Regex").asString("");
    if (!PARTS.contains(type) || !seen.add(type + words)) {
      return false;
    }
    return switch (type) {
      case "Sequence" ->
          part.valueStream()
              .filter(JsonNode::isArray)
              .flatMap(JsonNode::valueStream)
              .allMatch(this::part);
      case "Split" -> WORDS.contains(words);
      case "TemplateProcessing" ->
          part.path("single").valueStream().filter(piece -> piece.has("Sequence")).count() == 1;
      default -> true;
    };
  }

  private static boolean model(JsonNode model) {
    return switch (model.path("type").asString("")) {
      case "BPE" ->
          affix(model.path("continuing_subword_prefix")) && affix(model.path("end_of_word_suffix"));
      case "WordPiece" ->
          affix(model.path("continuing_subword_prefix"))
              && model.path("max_input_chars_per_word").asInt(Integer.MAX_VALUE) <= LONGEST_WORD;
      case "WordLevel" -> true;
      default -> false;
    };
  }

  private static boolean affix(JsonNode affix) {
    return affix.asString("").length() <= LONGEST_AFFIX;
  }

  /// For a token that takes the space beside it, or stands for a whole word only, the library looks
  /// through all of the text before it.
  private static boolean added(JsonNode token) {
    return !(token.path("lstrip").asBoolean(true)
        || token.path("rstrip").asBoolean(true)
        || token.path("single_word").asBoolean(true));
  }
}
