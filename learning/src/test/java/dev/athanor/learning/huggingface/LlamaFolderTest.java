package dev.athanor.learning.huggingface;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.onnx.Python;
import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.preprocessing.tokenizer.ByteLevel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaFolderTest {

  private static final String CONFIG =
      """
      {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 8,
       "intermediate_size": 12, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 5}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsWrittenIsReadBitForBit(boolean tied) throws IOException {
    var model = model(new CausalTransformer(2, 16, 4, 2, 24, 11, 64, 500_000, 1e-6, tied));
    var target = folder.resolve("model");
    LlamaFolder.write(target, model, TokenizerFiles.of(model, ByteLevel.bytes()));
    assertThat(LlamaFolder.read(target)).isEqualTo(model);
    assertMapped(target, model);
    assertThat(target.resolve("tokenizer.json")).hasBinaryContent(ByteLevel.bytes());
  }

  /// The library is told to do what `tokenizer.json` says, and which of its tokens are which. What
  /// it would put in by itself has ids beyond the vocabulary.
  @Test
  void theTokenizerIsDescribedByItsOwnTokens() throws IOException {
    var net = new CausalTransformer(1, 16, 4, 2, 24, 259, 64, 1e4, 1e-5, true);
    var weights = Initialiser.tensors(net.languageModel().parameters(), 3);
    var model = new LlamaModel(net, weights, 256, List.of(256));
    LlamaFolder.write(folder, model, TokenizerFiles.of(model, ByteLevel.bytes()));
    assertThat(folder.resolve("tokenizer_config.json"))
        .hasContent(
            """
            {
              "tokenizer_class" : "PreTrainedTokenizerFast",
              "model_max_length" : 64,
              "clean_up_tokenization_spaces" : false,
              "model_input_names" : [ "input_ids", "attention_mask" ],
              "bos_token" : "<|endoftext|>",
              "eos_token" : "<|endoftext|>",
              "pad_token" : "<|pad|>"
            }""");
  }

  @Test
  void aTokenThatTheModelOrItsTokenizerLacksIsNotNamed() {
    var net = new CausalTransformer(1, 16, 4, 2, 24, 300, 64, 1e4, 1e-5, true);
    var weights = Initialiser.tensors(net.languageModel().parameters(), 3);
    var words =
        """
        {"model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "a": 1}, "unk_token": "[UNK]"}}
        """;
    var model = new LlamaModel(net, weights, null, List.of(299, 1));
    var config = TokenizerFiles.of(model, words.getBytes(UTF_8)).config();
    assertThat(new String(config, UTF_8))
        .contains("\"unk_token\" : \"[UNK]\"")
        .doesNotContain("bos_token", "eos_token", "pad_token");
  }

  /// Read with nothing of ours: names and shapes that Hugging Face's loader looks for.
  @Test
  void anIndependentReaderFindsLlamasTensors() throws Exception {
    Python.assume("numpy");
    var target = folder.resolve("model");
    var net = model(new CausalTransformer(2, 16, 4, 2, 24, 11, 64, 1e4, 1e-5, true));
    LlamaFolder.write(target, net, TokenizerFiles.of(net, ByteLevel.bytes()));
    Python.run(
        """
        import json, struct, sys
        config = json.load(open(sys.argv[1] + '/config.json'))
        assert config['architectures'] == ['LlamaForCausalLM'] and config['model_type'] == 'llama'
        with open(sys.argv[1] + '/model.safetensors', 'rb') as file:
            header = json.loads(file.read(struct.unpack('<Q', file.read(8))[0]))
        assert header.pop('__metadata__') == {'format': 'pt'}
        d, f, v = config['hidden_size'], config['intermediate_size'], config['vocab_size']
        k = config['num_key_value_heads'] * config['head_dim']
        shapes = {'model.embed_tokens.weight': [v, d], 'model.norm.weight': [d]}
        for i in range(config['num_hidden_layers']):
            for name, shape in {
                    'self_attn.q_proj': [d, d], 'self_attn.k_proj': [k, d],
                    'self_attn.v_proj': [k, d], 'self_attn.o_proj': [d, d],
                    'mlp.gate_proj': [f, d], 'mlp.up_proj': [f, d], 'mlp.down_proj': [d, f],
                    'input_layernorm': [d], 'post_attention_layernorm': [d]}.items():
                shapes['model.layers.%d.%s.weight' % (i, name)] = shape
        assert {n: t['shape'] for n, t in header.items()} == shapes, header
        assert config['tie_word_embeddings'] is True and config['torch_dtype'] == 'float32'
        """,
        target.toString());
  }

  @Test
  void readsHalvesInSeveralFilesWithTheDefaultsOfLlama() throws IOException {
    Files.writeString(folder.resolve("config.json"), CONFIG);
    var net = new CausalTransformer(1, 8, 2, 2, 12, 5, 2048, 10_000, 1e-6, false);
    var first = new TreeMap<String, Tensor>();
    var second = new TreeMap<String, Tensor>();
    for (var parameter : net.languageModel().parameters()) {
      // 1.5 is 0x3FC0 in bfloat16 and 0x3E00 in float16.
      if (parameter.name().contains("mlp")) {
        second.put(parameter.name(), halves(Tensor.Type.F16, parameter.shape(), (short) 0x3e00));
      } else {
        first.put(parameter.name(), halves(Tensor.Type.BF16, parameter.shape(), (short) 0x3fc0));
      }
    }
    first.put("model.layers.0.self_attn.rotary_emb.inv_freq", Tensor.floats(List.of(2L), 1, 0.01f));
    Safetensors.write(folder.resolve("model-00001-of-00002.safetensors"), first, Map.of());
    Safetensors.write(folder.resolve("model-00002-of-00002.safetensors"), second, Map.of());
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        """
        {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
        """);
    var model = LlamaFolder.read(folder);
    assertMapped(folder, model);
    assertThat(model.transformer()).isEqualTo(net);
    assertThat(model.weights())
        .hasSize(net.languageModel().parameters().size())
        .allSatisfy((_, tensor) -> assertThat(tensor.floats()).containsOnly(1.5f));
    assertThat(model.begin()).isNull();
    assertThat(model.ends()).isEmpty();
  }

  @Test
  void readsTokensThatBeginAndEnd() throws IOException {
    complete(
        CONFIG.replace(
            "\"vocab_size\": 5",
            "\"vocab_size\": 5, \"bos_token_id\": 1, \"eos_token_id\": [2, 4]"));
    var model = LlamaFolder.read(folder);
    assertThat(model.begin()).isEqualTo(1);
    assertThat(model.ends()).containsExactly(2, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"LlamaForCausalLM\" | \"GPT2LMHeadModel\" | architectures: [\"GPT2LMHeadModel\"] (expected: LlamaForCausalLM)",
        "\"vocab_size\": 5 | \"vocab_size\": \"five\" | vocab_size: \"five\" (expected: a whole number)",
        "\"hidden_size\": 8, | '' | hidden_size: missing (expected: a whole number)",
        "\"vocab_size\": 5 | \"vocab_size\": 5, \"hidden_act\": \"gelu\" | hidden_act: \"gelu\" (expected: \"silu\")",
        "\"vocab_size\": 5 | \"vocab_size\": 5, \"attention_bias\": true | attention_bias: true (expected: false)",
        "\"vocab_size\": 5 | \"vocab_size\": 5, \"head_dim\": 6 | head_dim: 6 (expected: hidden_size / heads)",
        "\"vocab_size\": 5 | \"vocab_size\": 5, \"rope_scaling\": {\"type\": \"linear\"} | rope_scaling: {\"type\":\"linear\"} (expected: none: positions are not scaled)",
        "\"num_attention_heads\": 2 | \"num_attention_heads\": 3 | heads: 3 (expected: a divisor of width, which is 8)",
        "\"vocab_size\": 5 | \"vocab_size\": 5, \"bos_token_id\": \"a\\nb\" | bos_token_id: \"a\\nb\" (expected: a whole number)",
        "\"vocab_size\": 5 | \"vocab_size\": 5, \"hidden_size\": 32768 | tensor model.layers.0.self_attn.q_proj.weight: 1073741824 numbers (expected: at most 536870909, of float32 in one tensor)"
      })
  void saysWhyAConfigIsNotSupported(String from, String to, String message) throws IOException {
    var config = CONFIG.replace(from, to);
    assertThat(config).isNotEqualTo(CONFIG);
    Files.writeString(folder.resolve("config.json"), config);
    assertThatThrownBy(() -> LlamaFolder.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("config.json: " + message);
  }

  @Test
  void saysWhichTensorDoesNotFit() throws IOException {
    var tensors = complete(CONFIG);
    var missing = new TreeMap<>(tensors);
    missing.remove("model.norm.weight");
    Safetensors.write(folder.resolve("model.safetensors"), missing, Map.of());
    assertThatThrownBy(() -> LlamaFolder.read(folder))
        .hasMessage("tensor model.norm.weight: missing");

    var misshapen = new TreeMap<>(tensors);
    misshapen.put("model.norm.weight", Tensor.floats(List.of(4L), 1, 2, 3, 4));
    Safetensors.write(folder.resolve("model.safetensors"), misshapen, Map.of());
    assertThatThrownBy(() -> LlamaFolder.read(folder))
        .hasMessage("tensor model.norm.weight: shape [4] (expected: [8])");

    var more = new TreeMap<>(tensors);
    more.put("model.layers.1.mlp.up_proj.weight", Tensor.floats(List.of(1L), 1));
    Safetensors.write(folder.resolve("model.safetensors"), more, Map.of());
    assertThatThrownBy(() -> LlamaFolder.read(folder))
        .hasMessageStartingWith("tensor model.layers.1.mlp.up_proj.weight: unknown (expected:");
  }

  @Test
  void aNameInTheIndexDoesNotLeadOutOfTheFolder() throws IOException {
    complete(CONFIG);
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"../secret.safetensors\"}}");
    assertThatThrownBy(() -> LlamaFolder.read(folder))
        .hasMessage(
            "model.safetensors.index.json: weight_map: \"../secret.safetensors\" (expected: the name of a safetensors file)");
  }

  @Test
  void saysWhichTensorIsNotOfFloats() throws IOException {
    var tensors = new TreeMap<>(complete(CONFIG));
    tensors.put("model.norm.weight", Tensor.longs(List.of(8L), 1, 2, 3, 4, 5, 6, 7, 8));
    Safetensors.write(folder.resolve("model.safetensors"), tensors, Map.of());
    assertThatThrownBy(() -> LlamaFolder.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor model.norm.weight: type I64 (expected: F32, F16 or BF16)");
  }

  @Test
  void aTensorInTwoFilesIsRefused() throws IOException {
    var tensors = complete(CONFIG);
    Safetensors.write(folder.resolve("a.safetensors"), tensors, Map.of());
    Safetensors.write(
        folder.resolve("b.safetensors"),
        Map.of("model.norm.weight", Tensor.named("model.norm.weight", tensors)),
        Map.of());
    index("{\"weight_map\": {\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}}");
    assertThatThrownBy(() -> LlamaFolder.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor model.norm.weight: in b.safetensors again (expected: in one file)");
  }

  @Test
  void saysWhichFileOfWeightsIsMissingOrBroken() throws IOException {
    complete(CONFIG);
    index("{\"weight_map\": {\"x\": \"model.safetensors\", \"y\": \"z.safetensors\"}}");
    assertThatThrownBy(() -> LlamaFolder.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage("z.safetensors: missing (expected: a file of weights)");
    Files.write(folder.resolve("z.safetensors"), new byte[3]);
    assertThatThrownBy(() -> LlamaFolder.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage("z.safetensors: header length: 3 bytes (expected: 8)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"weight_map\": {}}", "{\"weight_map\": 3}", "[]"})
  void anIndexWithoutFilesIsRefused(String index) throws IOException {
    complete(CONFIG);
    index(index);
    assertThatThrownBy(() -> LlamaFolder.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model.safetensors.index.json: weight_map: no files (expected: the file of every tensor)");
  }

  private void assertMapped(Path from, LlamaModel expected) throws IOException {
    LlamaModel mapped;
    try (var arena = Arena.ofShared()) {
      mapped = LlamaFolder.map(from, folder.resolve("wide"), arena);
      assertThat(mapped).isEqualTo(expected);
    }
    assertThatThrownBy(() -> mapped.weights().firstEntry().getValue().floats())
        .isInstanceOf(IllegalStateException.class);
  }

  private void index(String json) throws IOException {
    Files.writeString(folder.resolve("model.safetensors.index.json"), json);
  }

  private Map<String, Tensor> complete(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    var net = new CausalTransformer(1, 8, 2, 2, 12, 5, 2048, 10_000, 1e-6, false);
    var tensors = Initialiser.tensors(net.languageModel().parameters(), 1);
    Safetensors.write(folder.resolve("model.safetensors"), tensors, Map.of());
    return tensors;
  }

  private static LlamaModel model(CausalTransformer net) {
    return new LlamaModel(
        net, Initialiser.tensors(net.languageModel().parameters(), 3), 0, List.of(1));
  }

  private static Tensor halves(Tensor.Type type, List<Long> shape, short value) {
    var count = shape.stream().reduce(1L, Math::multiplyExact).intValue();
    var data = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putShort(value);
    }
    return new Tensor(type, shape, data.flip());
  }
}
