package dev.athanor.learning.huggingface;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.safetensors.MalformedSafetensorsException;
import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.learning.safetensors.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The folder of a `LlamaForCausalLM`: written with float32 weights, read with float32, float16 or
/// bfloat16 ones, from one file or several. Weights that are read are those that were written, bit
/// for bit; narrower ones are widened exactly.
///
/// The tokenizer's files belong to the folder: they are written here, and read by others.
public final class LlamaFolder {

  public static final String CONFIG = LlamaConfig.FILE;
  public static final String WEIGHTS = "model.safetensors";
  public static final String TOKENIZER = "tokenizer.json";
  public static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  public static final String INDEX = "model.safetensors.index.json";
  private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*\\.safetensors");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private LlamaFolder() {}

  /// Writes [#CONFIG], [#WEIGHTS], [#TOKENIZER] and [#TOKENIZER_CONFIG] into `folder`, which is
  /// made if it does not exist. The same model gives the same bytes.
  public static void write(Path folder, LlamaModel model, TokenizerFiles tokenizer)
      throws IOException {
    var parameters = model.transformer().languageModel().parameters();
    var weights = new TreeMap<String, Tensor>();
    parameters.forEach(
        parameter ->
            weights.put(parameter.name(), Tensor.named(parameter.name(), model.weights())));
    Files.createDirectories(folder);
    Files.write(
        folder.resolve(CONFIG),
        new LlamaConfig(model.transformer(), model.begin(), model.ends()).toJson());
    // Hugging Face's loader refuses a file that does not say whose tensors these are.
    Safetensors.write(folder.resolve(WEIGHTS), weights, Map.of("format", "pt"));
    Files.write(folder.resolve(TOKENIZER), tokenizer.tokenizer());
    Files.write(folder.resolve(TOKENIZER_CONFIG), tokenizer.config());
  }

  /// The network that a `config.json` describes.
  ///
  /// @throws IllegalArgumentException if it is of a kind that is not supported, or no JSON object
  public static CausalTransformer transformer(byte[] config) {
    return LlamaConfig.ofJson(config).transformer();
  }

  /// @throws IllegalArgumentException if the model is of a kind that is not supported, or a tensor
  ///   is missing, unknown, misshapen, there twice or not of floats
  /// @throws IOException if a file is missing, unreadable or malformed
  public static LlamaModel read(Path folder) throws IOException {
    return read(folder, Safetensors::read, Tensor::widened);
  }

  /// As [#read], with weights that stay in files, however large the model is: float32 ones where
  /// they are, others in `wide`, which is written. The files must not change while `arena` is open.
  ///
  /// @param arena whose end is the weights' end
  public static LlamaModel map(Path folder, Path wide, Arena arena) throws IOException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(wide));
        var written = FileChannel.open(wide)) {
      return read(
          folder,
          file -> Safetensors.map(file, arena),
          tensor -> {
            if (tensor.type() == Tensor.Type.F32) {
              return tensor;
            }
            long from = written.size();
            tensor.writeWidened(out);
            out.flush();
            var bytes = written.map(MapMode.READ_ONLY, from, written.size() - from, arena);
            return new Tensor(Tensor.Type.F32, tensor.shape(), bytes.asByteBuffer());
          });
    }
  }

  private interface Reading {
    Safetensors.Contents read(Path file) throws IOException;
  }

  private interface Widening {
    Tensor widen(Tensor tensor) throws IOException;
  }

  private static LlamaModel read(Path folder, Reading reading, Widening widening)
      throws IOException {
    var config = LlamaConfig.ofJson(Files.readAllBytes(folder.resolve(CONFIG)));
    var stored = tensors(folder, reading);
    var weights = new TreeMap<String, Tensor>();
    for (var parameter : config.transformer().languageModel().parameters()) {
      var tensor = Tensor.named(parameter.name(), parameter.shape(), stored);
      requireFloats(parameter.name(), tensor);
      weights.put(parameter.name(), widening.widen(tensor));
    }
    for (var name : stored.keySet()) {
      if (!weights.containsKey(name) && !superfluous(name, config.transformer())) {
        throw new IllegalArgumentException(
            "tensor %s: unknown (expected: those of %s)".formatted(name, config.transformer()));
      }
    }
    return new LlamaModel(config.transformer(), weights, config.begin(), config.ends());
  }

  private static void requireFloats(String name, Tensor tensor) {
    if (tensor.type() == Tensor.Type.I64) {
      throw new IllegalArgumentException(
          "tensor %s: type %s (expected: F32, F16 or BF16)".formatted(name, tensor.type()));
    }
  }

  /// Old files carry the rotary frequencies along, and some a copy of a tied table.
  private static boolean superfluous(String name, CausalTransformer transformer) {
    return name.endsWith(".rotary_emb.inv_freq")
        || (transformer.tied() && name.equals("lm_head.weight"));
  }

  private static SortedMap<String, Tensor> tensors(Path folder, Reading reading)
      throws IOException {
    if (!Files.exists(folder.resolve(INDEX))) {
      return tensors(folder, WEIGHTS, reading);
    }
    var tensors = new TreeMap<String, Tensor>();
    for (var shard : shards(folder.resolve(INDEX))) {
      for (var tensor : tensors(folder, shard, reading).entrySet()) {
        // Which of two would count is anybody's guess.
        if (tensors.put(tensor.getKey(), tensor.getValue()) != null) {
          throw new IllegalArgumentException(
              "tensor %s: in %s again (expected: in one file)".formatted(tensor.getKey(), shard));
        }
      }
    }
    return tensors;
  }

  private static SortedMap<String, Tensor> tensors(Path folder, String file, Reading reading)
      throws IOException {
    try {
      return reading.read(folder.resolve(file)).tensors();
    } catch (NoSuchFileException e) {
      throw new IOException("%s: missing (expected: a file of weights)".formatted(file), e);
    } catch (MalformedSafetensorsException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// The index maps every tensor to the file that it is in.
  private static TreeSet<String> shards(Path index) throws IOException {
    var shards = new TreeSet<String>();
    try {
      for (var file : JSON.readTree(Files.readAllBytes(index)).path("weight_map").values()) {
        // A name from the file becomes a path: plain names only.
        if (!SHARD.matcher(file.asString("")).matches()) {
          throw new IllegalArgumentException(
              "%s: weight_map: %s (expected: the name of a safetensors file)"
                  .formatted(INDEX, file));
        }
        shards.add(file.asString());
      }
    } catch (JacksonException e) {
      throw new IOException("%s: %s".formatted(INDEX, e.getOriginalMessage()), e);
    }
    if (shards.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: weight_map: no files (expected: the file of every tensor)".formatted(INDEX));
    }
    return shards;
  }
}
