package dev.athanor.learning.card;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.onnx.TextExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  private static final CausalTransformer NET =
      new CausalTransformer(2, 16, 2, 2, 24, 12, 6, 10_000, 1e-5, false);

  @TempDir Path folder;

  @Test
  void theCardOfALargeModelNamesTheFileOfItsWeights() throws Exception {
    var large = write(new ModelFiles(new TextExport(0)), "large");
    var digest =
        MessageDigest.getInstance("SHA-256")
            .digest(Files.readAllBytes(folder.resolve("large/model.onnx.data")));
    assertThat(large.files())
        .containsOnlyKeys("model.onnx", "model.onnx.data", "tokenizer.json", "weights.safetensors")
        .containsEntry(
            "model.onnx.data",
            new Card.StoredFile(
                Files.size(folder.resolve("large/model.onnx.data")),
                HexFormat.of().formatHex(digest)));
    assertThat(write(new ModelFiles(), "small").files())
        .containsOnlyKeys("model.onnx", "tokenizer.json", "weights.safetensors");
  }

  private Card write(ModelFiles files, String name) throws IOException {
    var weights = Initialiser.tensors(NET.parameters(), 1);
    var card =
        new Card(
            name,
            1,
            Card.TEXT_ENCODER,
            Card.Tokens.of(NET, 0),
            Card.Embedding.of(NET),
            Map.of(),
            Map.of(),
            null,
            new TreeMap<>(),
            new Card.Imported("01", new TreeMap<>()),
            new TreeMap<>());
    return files.write(folder.resolve(name), NET, weights, new byte[] {1}, card);
  }
}
