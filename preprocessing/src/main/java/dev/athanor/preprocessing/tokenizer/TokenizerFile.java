package dev.athanor.preprocessing.tokenizer;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What we need to know of a `tokenizer.json` beside what the library does with it.
///
/// @param tokens how each id is spelt
/// @param vocabulary one more than the highest id
/// @param special ids that stand for no text
/// @param harmless whether every part takes time and memory in proportion to the text
record TokenizerFile(
    Map<Integer, String> tokens,
    int vocabulary,
    Set<Integer> special,
    @Nullable Integer pad,
    @Nullable Integer mask,
    @Nullable Integer endOfText,
    @Nullable Integer unknown,
    boolean harmless) {
  // By the names that published tokenizers use, the first that is there.
  private static final List<String> PADS = List.of("<|pad|>", "[PAD]", "<pad>", "<|padding|>");
  private static final List<String> MASKS = List.of("<|mask|>", "[MASK]", "<mask>");
  private static final List<String> ENDS =
      List.of("<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "[SEP]");

  private static final int HIGHEST = 1 << 20;

  /// The library may take the other one of two fields with one name.
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  static TokenizerFile read(byte[] json) {
    JsonNode file;
    try {
      file = JSON.readTree(json);
    } catch (JacksonException failure) {
      throw new TokenizerException(
          "tokenizer.json: not JSON: %s (expected: a tokenizer as Hugging Face's library writes it)"
              .formatted(failure.getOriginalMessage()),
          failure);
    }
    var tokens = new HashMap<Integer, String>();
    vocabulary(file.path("model").path("vocab"), tokens);
    var special = new HashSet<Integer>();
    var added = new HashMap<String, Integer>();
    for (var token : file.path("added_tokens")) {
      int id = id(token.path("id"), token.path("content").asString(""));
      var content = token.path("content").asString("");
      tokens.put(id, content);
      added.put(content, id);
      if (token.path("special").asBoolean(false)) {
        special.add(id);
      }
    }
    if (tokens.isEmpty()) {
      throw new TokenizerException(
          "tokenizer.json: model.vocab: no tokens (expected: at least one)");
    }
    int highest = tokens.keySet().stream().mapToInt(Integer::intValue).max().orElseThrow();
    return new TokenizerFile(
        Map.copyOf(tokens),
        highest + 1,
        Set.copyOf(special),
        first(PADS, added),
        first(MASKS, added),
        first(ENDS, added),
        unknown(file.path("model"), tokens),
        Harmless.is(file));
  }

  /// An object of tokens and ids, or, for unigram models, a list of tokens and scores.
  private static void vocabulary(JsonNode vocabulary, Map<Integer, String> tokens) {
    if (vocabulary.isArray()) {
      for (var token : vocabulary) {
        tokens.put(tokens.size(), token.path(0).asString(""));
      }
    } else {
      vocabulary
          .properties()
          .forEach(token -> tokens.put(id(token.getValue(), token.getKey()), token.getKey()));
    }
  }

  private static int id(JsonNode id, String token) {
    if (!id.isInt() || id.intValue() < 0 || id.intValue() > HIGHEST) {
      throw new TokenizerException(
          "tokenizer.json: token %s: id %s (expected: 0 to %d)".formatted(token, id, HIGHEST));
    }
    return id.intValue();
  }

  /// By its id in unigram models, by its spelling in all others.
  private static @Nullable Integer unknown(JsonNode model, Map<Integer, String> tokens) {
    if (model.path("unk_id").isInt()) {
      return model.path("unk_id").intValue();
    }
    var spelling = model.path("unk_token").asString("");
    return tokens.entrySet().stream()
        .filter(token -> token.getValue().equals(spelling))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Integer first(List<String> names, Map<String, Integer> added) {
    for (var name : names) {
      if (added.containsKey(name)) {
        return added.get(name);
      }
    }
    return null;
  }
}
