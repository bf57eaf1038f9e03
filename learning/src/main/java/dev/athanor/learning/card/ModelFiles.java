package dev.athanor.learning.card;

import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.huggingface.LlamaFolder;
import dev.athanor.learning.huggingface.LlamaModel;
import dev.athanor.learning.huggingface.TokenizerFiles;
import dev.athanor.learning.onnx.OnnxExport;
import dev.athanor.learning.onnx.TextExport;
import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.learning.safetensors.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/// The directory of a published model. The same network, weights and card give the same bytes.
/// Where weights on text are more than an ONNX file holds, `model.onnx.data` has those of
/// `model.onnx`.
///
/// | Model | Files |
/// |---|---|
/// | encoder | `model.onnx`, `weights.safetensors`, `card.json`, of texts `tokenizer.json` |
/// | language model | `model.onnx`, `card.json`, and what Hugging Face's engines load: `config.json`, `model.safetensors`, `tokenizer.json`, `tokenizer_config.json` |
///
/// @param texts writes `model.onnx` of what reads texts
public record ModelFiles(TextExport texts) {

  public static final String MODEL = "model.onnx";
  public static final String WEIGHTS = "weights.safetensors";
  public static final String CARD = "card.json";
  public static final String TOKENIZER = LlamaFolder.TOKENIZER;

  public ModelFiles() {
    this(new TextExport());
  }

  /// Writes an encoder of images into `directory`, which is empty or made.
  ///
  /// @param weights of the encoder, as
  ///   [dev.athanor.learning.training.TrainingSession#encoderWeights] returns them
  /// @param card its files are replaced by those written here
  /// @return the card as it was written
  public Card write(Path directory, ImageEncoder encoder, Map<String, Tensor> weights, Card card)
      throws IOException {
    var input = (Card.Pixels) card.input();
    requireSame("input.channels", input.channels(), encoder.channels());
    requireSame(card, encoder);
    Files.createDirectories(directory);
    OnnxExport.write(directory.resolve(MODEL), encoder, weights, input.height(), input.width());
    Safetensors.write(directory.resolve(WEIGHTS), weights, Map.of());
    return describe(directory, card);
  }

  /// Writes an encoder of texts; otherwise as for images.
  ///
  /// @param tokenizer a `tokenizer.json`
  public Card write(
      Path directory, TextEncoder encoder, Map<String, Tensor> weights, byte[] tokenizer, Card card)
      throws IOException {
    requireSame(card, encoder);
    Files.createDirectories(directory);
    texts.writeEncoder(directory.resolve(MODEL), encoder, weights);
    Safetensors.write(directory.resolve(WEIGHTS), weights, Map.of());
    Files.write(directory.resolve(TOKENIZER), tokenizer);
    return describe(directory, card);
  }

  /// Writes a language model; otherwise as an encoder of texts. Its weights are those of Hugging
  /// Face's layout.
  public Card write(Path directory, LlamaModel model, TokenizerFiles tokenizer, Card card)
      throws IOException {
    LlamaFolder.write(directory, model, tokenizer);
    texts.writeLanguageModel(directory.resolve(MODEL), model.transformer(), model.weights());
    return describe(directory, card);
  }

  /// Adds the card of what is there.
  private static Card describe(Path directory, Card card) throws IOException {
    var files = new TreeMap<String, Card.StoredFile>();
    try (var written = Files.list(directory)) {
      for (var file : written.sorted().toList()) {
        files.put(String.valueOf(file.getFileName()), describe(file));
      }
    }
    var described = card.withFiles(files);
    Files.write(directory.resolve(CARD), described.toJson());
    return described;
  }

  private static Card.StoredFile describe(Path file) throws IOException {
    try (var digesting = new DigestOutputStream(OutputStream.nullOutputStream(), sha256())) {
      var bytes = Files.copy(file, digesting);
      var hash = digesting.getMessageDigest().digest();
      return new Card.StoredFile(bytes, HexFormat.of().formatHex(hash));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every Java)", e);
    }
  }

  private static void requireSame(Card card, Encoder encoder) {
    var output = (Card.Embedding) card.output();
    requireSame("output.dimensions", output.dimensions(), encoder.dimensions());
  }

  private static void requireSame(String name, int actual, int expected) {
    if (actual != expected) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d, as the encoder's)".formatted(name, actual, expected));
    }
  }
}
