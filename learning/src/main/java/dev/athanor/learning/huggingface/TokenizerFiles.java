package dev.athanor.learning.huggingface;

import dev.athanor.preprocessing.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The files by which Hugging Face's library reads texts for a model.
///
/// @param tokenizer `tokenizer.json`
/// @param config `tokenizer_config.json`: how the library is to load the first
@SuppressWarnings("ArrayRecordComponent") // files are written, never compared
public record TokenizerFiles(byte[] tokenizer, byte[] config) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// With a configuration that has the library do what `tokenizer.json` says, and nothing more.
  /// Without one it takes every LLaMA's tokenizer for a SentencePiece one: it adds tokens with ids
  /// beyond the model's vocabulary, and puts one of them before each text.
  ///
  /// @throws dev.athanor.preprocessing.tokenizer.TokenizerException if it is no `tokenizer.json`
  public static TokenizerFiles of(LlamaModel model, byte[] tokenizer) {
    var loaded = Tokenizer.load(tokenizer);
    var root = JSON.createObjectNode();
    root.put("tokenizer_class", "PreTrainedTokenizerFast");
    root.put("model_max_length", model.transformer().context());
    root.put("clean_up_tokenization_spaces", false);
    // The class would make segment ids too, which the model does not take.
    root.putArray("model_input_names").add("input_ids").add("attention_mask");
    spell(root, "bos_token", model.begin(), loaded);
    spell(root, "eos_token", model.ends().isEmpty() ? null : model.ends().getFirst(), loaded);
    spell(root, "pad_token", loaded.pad(), loaded);
    spell(root, "unk_token", loaded.unknown(), loaded);
    return new TokenizerFiles(
        tokenizer, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
  }

  /// A table of tokens may have more rows than the tokenizer has tokens.
  private static void spell(
      ObjectNode root, String field, @Nullable Integer id, Tokenizer tokenizer) {
    if (id != null && !tokenizer.token(id).isEmpty()) {
      root.put(field, tokenizer.token(id));
    }
  }
}
