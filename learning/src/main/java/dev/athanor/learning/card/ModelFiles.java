package dev.athanor.learning.card;

import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.encoder.TextEncoder;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The directory of a published encoder: `model.onnx`, `weights.safetensors` and `card.json`. The
/// same encoder, weights and card give the same bytes.
public final class ModelFiles {

  public static final String MODEL = "model.onnx";
  public static final String WEIGHTS = "weights.safetensors";
  public static final String CARD = "card.json";

  private ModelFiles() {}

  /// Writes the three files into `directory`, which is made if it does not exist.
  ///
  /// @param weights of the encoder, as
  ///   [dev.athanor.learning.training.TrainingSession#encoderWeights] returns them
  /// @param card its files are replaced by those written here
  /// @return the card as it was written
  public static Card write(Path directory, Encoder encoder, Map<String, Tensor> weights, Card card)
      throws IOException {
    requireSame("output.dimensions", card.output().dimensions(), encoder.dimensions());
    Files.createDirectories(directory);
    var model = directory.resolve(MODEL);
    switch (encoder) {
      case ImageEncoder images -> {
        requireSame("input.channels", card.input().channels(), images.channels());
        OnnxExport.write(model, images, weights, card.input().height(), card.input().width());
      }
      case TextEncoder text -> TextExport.writeEncoder(model, text, weights);
    }
    Safetensors.write(directory.resolve(WEIGHTS), weights, Map.of());
    var files = new TreeMap<String, Card.StoredFile>();
    for (var name : List.of(MODEL, WEIGHTS)) {
      files.put(name, describe(directory.resolve(name)));
    }
    var written = card.withFiles(files);
    Files.write(directory.resolve(CARD), written.toJson());
    return written;
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

  private static void requireSame(String name, int actual, int expected) {
    if (actual != expected) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d, as the encoder's)".formatted(name, actual, expected));
    }
  }
}
