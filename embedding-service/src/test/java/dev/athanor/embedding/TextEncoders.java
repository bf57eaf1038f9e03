package dev.athanor.embedding;

import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.MaskedTransformer;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.objective.CausalLanguageModel;
import dev.athanor.learning.objective.MaskedLanguageModel;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.onnx.TextExport;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.preprocessing.tokenizer.BytePairTrainer;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Encoders of texts as the trainer makes and publishes them, trained for three steps, with a
/// tokenizer trained on the probes. The causal one is written as a large one is, with its weights
/// beside the graph.
public final class TextEncoders {
  /// The longest sequence.
  public static final int TOKENS = 24;

  public static final int DIMENSIONS = 32;

  /// Of unequal length, two of them longer than the encoder reads.
  public static final List<String> PROBES =
      List.of(
          "a furnace",
          "The athanor is the furnace of the alchemists: filled once, it feeds itself.",
          "Zoë saw a 🦊",
          "to be, or not to be, that is the question: whether 'tis nobler in the mind to suffer"
              + " the slings and arrows of outrageous fortune, or to take arms against a sea",
          "x");

  private static final String VECTORS = "vectors";

  private TextEncoders() {}

  /// The tokenizer of all these encoders.
  public static byte[] tokenizerJson() {
    var trainer = new BytePairTrainer();
    PROBES.forEach(trainer::add);
    PROBES.forEach(trainer::add);
    return trainer.train(300, _ -> {});
  }

  public static Tokenizer tokenizer() {
    return Tokenizer.load(tokenizerJson());
  }

  /// @param vectors (PROBES, DIMENSIONS), the trainer's
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  public record Trained(Published published, float[][] vectors) {}

  /// Trains in a process of its own, as [Encoders#train] does.
  ///
  /// @param kind `masked` or `causal`
  public static Trained train(Path folder, String name, int version, String kind)
      throws IOException, InterruptedException {
    Training.run(TextEncoders.class, folder, Integer.toString(version), kind);
    var floats = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(VECTORS))).asFloatBuffer();
    var vectors = new float[PROBES.size()][DIMENSIONS];
    for (var row : vectors) {
      floats.get(row);
    }
    var card =
        """
        {"kind": "text-encoder",
         "input": {"name": "input_ids", "mask": "attention_mask", "layout": "NT", "type": "int64",
                   "tokens": %d, "padding": 257, "tokenizer": "tokenizer.json"},
         "output": {"name": "embedding", "dimensions": %d, "pooling": "none", "normalise": false}}"""
            .formatted(TOKENS, DIMENSIONS);
    var files =
        kind.equals("causal")
            ? new String[] {"model.onnx", "model.onnx.data", "tokenizer.json"}
            : new String[] {"model.onnx", "tokenizer.json"};
    return new Trained(Published.of(folder, name, version, card, files), vectors);
  }

  /// Trains for three steps and writes what there is to read.
  public static void main(String[] arguments) throws IOException {
    var folder = Path.of(arguments[0]);
    var tokenizer = tokenizer();
    int vocabulary = tokenizer.vocabulary();
    boolean causal = arguments[2].equals("causal");
    TextEncoder encoder =
        causal
            ? new CausalTransformer(2, DIMENSIONS, 4, 2, 48, vocabulary, TOKENS, 10_000, 1e-5, true)
            : new MaskedTransformer(2, DIMENSIONS, 4, 64, vocabulary, TOKENS);
    Objective objective = causal ? new CausalLanguageModel() : new MaskedLanguageModel();
    var spec =
        new TrainingSpec(
            encoder,
            objective,
            new AdamW(0.01, 1e-4),
            new CosineSchedule(1, 3),
            null,
            Integer.parseInt(arguments[1]),
            null);
    try (var session = TrainingSession.create(spec)) {
      for (int step = 0; step < 3; step++) {
        session.step(noise(vocabulary, step));
      }
      var export = causal ? new TextExport(0) : new TextExport();
      export.writeEncoder(folder.resolve("model.onnx"), encoder, session.encoderWeights());
      Files.write(folder.resolve("tokenizer.json"), tokenizerJson());
      var bytes = ByteBuffer.allocate(PROBES.size() * DIMENSIONS * Float.BYTES);
      for (var row : session.encode(probes(tokenizer))) {
        for (float value : row) {
          bytes.putFloat(value);
        }
      }
      Files.write(folder.resolve(VECTORS), bytes.array());
    }
  }

  private static TokenBatch noise(int vocabulary, long seed) {
    var random = new Random(seed);
    var ids = random.ints(4L * TOKENS, 0, vocabulary).toArray();
    return new TokenBatch(1, 4, TOKENS, ids, ids.clone(), null);
  }

  private static TokenBatch probes(Tokenizer tokenizer) {
    var ids = new int[PROBES.size() * TOKENS];
    Arrays.fill(ids, TokenBatch.PADDING);
    for (int i = 0; i < PROBES.size(); i++) {
      var sequence = tokenizer.sequence(tokenizer.ids(PROBES.get(i)), TOKENS);
      System.arraycopy(sequence, 0, ids, i * TOKENS, sequence.length);
    }
    return new TokenBatch(1, PROBES.size(), TOKENS, ids, null, null);
  }
}
