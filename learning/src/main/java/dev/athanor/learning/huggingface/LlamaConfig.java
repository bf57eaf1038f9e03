package dev.athanor.learning.huggingface;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.safetensors.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `config.json` of a `LlamaForCausalLM`, with the defaults of Hugging Face's `LlamaConfig` for
/// what it leaves out. What [CausalTransformer] cannot compute is refused and not passed over: a
/// model that loads with the wrong arithmetic talks nonsense without an error.
record LlamaConfig(CausalTransformer transformer, @Nullable Integer begin, List<Integer> ends) {

  static final String FILE = "config.json";

  private static final String ARCHITECTURE = "LlamaForCausalLM";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  byte[] toJson() {
    var root = JSON.createObjectNode();
    root.putArray("architectures").add(ARCHITECTURE);
    root.put("model_type", "llama");
    root.put("hidden_size", transformer.width());
    root.put("intermediate_size", transformer.feedForward());
    root.put("num_hidden_layers", transformer.layers());
    root.put("num_attention_heads", transformer.heads());
    root.put("num_key_value_heads", transformer.keyValueHeads());
    root.put("head_dim", transformer.headSize());
    root.put("vocab_size", transformer.vocabulary());
    root.put("max_position_embeddings", transformer.context());
    root.put("hidden_act", "silu");
    root.put("rms_norm_eps", transformer.epsilon());
    root.put("rope_theta", transformer.rotaryBase());
    root.putNull("rope_scaling");
    root.put("attention_bias", false);
    root.put("mlp_bias", false);
    root.put("attention_dropout", 0.0);
    root.put("tie_word_embeddings", transformer.tied());
    root.put("bos_token_id", begin);
    switch (ends.size()) {
      case 0 -> root.putNull("eos_token_id");
      case 1 -> root.put("eos_token_id", ends.getFirst());
      default -> ends.forEach(root.putArray("eos_token_id")::add);
    }
    root.putNull("pad_token_id");
    root.put("initializer_range", 0.02);
    root.put("torch_dtype", "float32");
    root.put("use_cache", true);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  /// @throws IllegalArgumentException if it is no JSON object, or of a model that is not supported
  static LlamaConfig ofJson(byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("%s: %s".formatted(FILE, e.getOriginalMessage()), e);
    }
    if (!root.isObject()) {
      throw refused("document", root, "an object");
    }
    try {
      return of(root);
    } catch (IllegalArgumentException e) {
      throw e.getMessage() != null && e.getMessage().startsWith(FILE)
          ? e
          : new IllegalArgumentException("%s: %s".formatted(FILE, e.getMessage()), e);
    }
  }

  private static LlamaConfig of(JsonNode root) {
    requireLlama(root);
    only(root, "hidden_act", value -> value.asString("").equals("silu"), "\"silu\"");
    only(root, "attention_bias", value -> !value.asBoolean(true), "false");
    only(root, "mlp_bias", value -> !value.asBoolean(true), "false");
    only(root, "rope_scaling", _ -> false, "none: positions are not scaled");
    only(root, "quantization_config", _ -> false, "none: weights are floats");
    var rotary = root.path("rope_parameters");
    only(rotary, "rope_type", value -> value.asString("").equals("default"), "\"default\"");
    var width = integer(root, "hidden_size", null);
    var heads = integer(root, "num_attention_heads", null);
    if (heads > 0) {
      only(root, "head_dim", value -> value.asInt(0) == width / heads, "hidden_size / heads");
    }
    var transformer =
        new CausalTransformer(
            integer(root, "num_hidden_layers", null),
            width,
            heads,
            integer(root, "num_key_value_heads", heads),
            integer(root, "intermediate_size", null),
            integer(root, "vocab_size", null),
            integer(root, "max_position_embeddings", 2048),
            number(root, "rope_theta", number(rotary, "rope_theta", 10_000)),
            number(root, "rms_norm_eps", 1e-6),
            flag(root, "tie_word_embeddings", false));
    requireRoom(transformer);
    return new LlamaConfig(transformer, begin(root), ends(root));
  }

  /// All together may have any size, but each lies in one array.
  private static void requireRoom(CausalTransformer transformer) {
    int most = Tensor.MOST_BYTES / Tensor.Type.F32.bytes();
    for (var parameter : transformer.languageModel().parameters()) {
      if (parameter.elements() > most) {
        throw new IllegalArgumentException(
            "tensor %s: %d numbers (expected: at most %d, of float32 in one tensor)"
                .formatted(parameter.name(), parameter.elements(), most));
      }
    }
  }

  private static void requireLlama(JsonNode root) {
    for (var name : root.path("architectures").values()) {
      if (name.asString("").equals(ARCHITECTURE)) {
        return;
      }
    }
    if (!root.path("architectures").isEmpty()) {
      throw refused("architectures", root.path("architectures"), ARCHITECTURE);
    }
    if (!root.path("model_type").asString("").equals("llama")) {
      throw refused("model_type", root.path("model_type"), "\"llama\"");
    }
  }

  /// A field that may be missing or null, or else must hold.
  private static void only(
      JsonNode root, String field, Predicate<JsonNode> holds, String expected) {
    var value = root.path(field);
    if (!absent(value) && !holds.test(value)) {
      throw refused(field, value, expected);
    }
  }

  private static int integer(JsonNode root, String field, @Nullable Integer usual) {
    var value = root.path(field);
    if (absent(value) && usual != null) {
      return usual;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw refused(field, value, "a whole number");
    }
    return value.intValue();
  }

  private static double number(JsonNode root, String field, double usual) {
    var value = root.path(field);
    if (absent(value)) {
      return usual;
    }
    if (!value.isNumber()) {
      throw refused(field, value, "a number");
    }
    return value.doubleValue();
  }

  private static boolean flag(JsonNode root, String field, boolean usual) {
    var value = root.path(field);
    if (absent(value)) {
      return usual;
    }
    if (!value.isBoolean()) {
      throw refused(field, value, "true or false");
    }
    return value.booleanValue();
  }

  private static @Nullable Integer begin(JsonNode root) {
    return absent(root.path("bos_token_id")) ? null : integer(root, "bos_token_id", null);
  }

  /// One id or a list of them.
  private static List<Integer> ends(JsonNode root) {
    var value = root.path("eos_token_id");
    if (absent(value)) {
      return List.of();
    }
    if (!value.isArray()) {
      return List.of(integer(root, "eos_token_id", null));
    }
    var ends = new ArrayList<Integer>();
    for (var item : value.values()) {
      if (!item.isIntegralNumber() || !item.canConvertToInt()) {
        throw refused("eos_token_id", value, "whole numbers");
      }
      ends.add(item.intValue());
    }
    return ends;
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static IllegalArgumentException refused(String field, JsonNode value, String expected) {
    return new IllegalArgumentException(
        "%s: %s: %s (expected: %s)"
            .formatted(
                FILE, field, value.isMissingNode() ? "missing" : shortened(value), expected));
  }

  /// JSON escapes what a log line must not hold.
  private static String shortened(JsonNode value) {
    var text = value.toString();
    return text.length() <= 120 ? text : text.substring(0, 120) + "…";
  }
}
